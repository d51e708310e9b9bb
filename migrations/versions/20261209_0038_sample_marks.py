"""Marks of what the sample made, also in papers whose sample was loaded before

Known of those: the members without a password, and what was made with them. An article is known by its title.

Revision ID: 0038
Revises: 0037
"""

import sqlalchemy as sa
from alembic import op

import database


revision = '0038'
down_revision = '0037'
branch_labels = None
depends_on = None

MEMBERS = ("galdae", "dorian", "bbangjip", "haneul3", "moksu", "byeolbit", "nungum", "achim")
CREDIT = "그림 느티마을신문"
SECTIONS = (
    "news 마을뉴스", "local 지역뉴스", "education 교육/사회복지", "culture 문화/스포츠", "safety 치안/안보/소방",
    "sharing 나눔/단체", "video 동영상뉴스", "city 시정", "hall 시정", "council 시의회", "residents 주민자치", "people 인터뷰",
    "politics 정치인", "business 경제인", "artists 예술인", "leaders 단체장", "shops 우리동네 업소소개", "food 음식",
    "services 서비스", "retail 판매", "medical 의료", "learning 교육", "trade 매매",
)
TITLES = (
    "흙에 손자국을 남기는 사람",
    "무너지는 것을 서두르지 않게 하는 일",
    "“국수는 빨리 먹어도, 장사는 천천히”",
    "못난 사과로 잼 만들어 마을 셋을 먹여 살리다",
    "시의회, 가로등 끄는 시각 두고 네 시간 토론",
    "시의회 회의록, 한 달 넘게 걸리던 공개를 사흘 안으로… 받아 적은 그대로 ‘초안’으로 먼저 올리고 다듬은 글은 뒤에 바꿔 달기로",
    "하천 조례 고쳐 낚시 금지 구역 넓혀",
    "의원 연수, 이웃 도시 대신 우리 동네로",
    "등불 천 개, 느티천에 뜨다",
    "느티공차기모임, 서른 번 지고 처음 이겼다",
    "창고에서 무대로… 정미소 음악당 첫 연주회",
    "마을 사진전 ‘아버지의 자전거’ 내일부터",
    "가을 달리기 대회, 완주한 사람 모두 1등 기록장",
    "[기고] 골목에서 배운 것들",
    "느티도서관, 금요일은 밤 열한 시까지",
    "느티초 아이들이 만든 운동장 규칙 일곱 가지",
    "어르신 휴대전화 교실, 대학생이 한 사람씩 짝꿍으로",
    "장애인 이동 차량 두 대 더 늘려 기다림 48분에서 29분으로… 아침 여덟 시대는 아직 한 시간, 시는 기사 두 사람 더 뽑기로",
    "동네 책방과 학교가 함께 고른 책 백 권",
    "마을 돌봄 부엌, 방학에도 점심 냅니다",
    "두현국수",
    "남문빵집",
    "장독대밥상",
    "느티시, 내년 살림 3,120억 원 짰다… 길과 돌봄에 가장 많이",
    "시청 민원실, 점심시간에도 문 연다",
    "봄꽃 대신 늘푸른나무… 도리안길 화단 바뀐다",
    "느티시 공무원, 한 달에 하루는 현장으로 출근",
    "빈 상가 여덟 곳, 석 달 무료로 빌려드립니다",
    "“냉장고 하나가 마을을 바꾼 게 아니라, 마을이 냉장고를 지켰죠”",
    "사진 서랍을 여는 사람들",
    "별빛수학교실",
    "느티피아노",
    "느티천 산책길, 다시 이어졌다… 끊긴 지 3년 만에",
    "느티시장 아케이드 전등 교체… 이달 말까지 밤 아홉 시 이후 공사",
    "느티마을신문이 새 옷을 입었습니다",
    "버들마을 우물터에 쉼터 생긴다",
    "27번 버스, 다음 달부터 배차 간격 40분에서 25분으로 줄고 막차는 밤 10시 50분까지… 솔재 주민들 “아이들 학원 마중 나가지 않아도 되겠다” 반겨",
    "도리안길 은행나무 열매, 올해는 그물로 받는다",
    "아랫말 옥수수 따기 체험, 이틀 만에 자리 다 차",
    "첫눈 오기 전 제설함 마흔 곳 채운다",
    "느티역 앞 자전거 보관대 두 배로",
    "다음 주 토요일 버들마을 김장 나눔… 함께 담글 손 서른 명 찾습니다",
    "(취재 중) 솔재 폐교 터를 어떻게 쓸 것인가",
    "버들의원",
    "느티약국",
    "“민원은 줄이는 게 아니라 앞당겨 듣는 것”",
    "“반대한 이유를 끝까지 설명하는 것이 제 일”",
    "윗말 주민총회 “마을 목욕탕부터 고칩시다”",
    "버들마을 주민자치회, 위원 스무 명 제비뽑기로",
    "아파트 경비실에 에어컨, 주민 투표 91% 찬성",
    "마을 신문 배움터, 첫 졸업생 열한 명",
    "도리안책방",
    "아랫말작목반 직판장",
    "느티목공방",
    "새벽 골목 연기, 신문 배달원이 먼저 봤다",
    "밤길 함께 걷기, 순찰대 스물네 명 새로",
    "느티경찰서 “경찰이라며 앱 깔라는 전화는 끊으세요”",
    "겨울 산불 감시, 드론 두 대와 자원봉사자 마흔 명",
    "예비군 훈련장 가는 길에 셔틀버스",
    "초등학교 앞 횡단보도 신호 7초 길어져",
    "느티자전거수리",
    "윗말세탁",
    "솔재이발소",
    "빵집 앞 나눔 냉장고, 하루에 두 번 비었다 찬다",
    "부녀회가 담근 장, 열두 해째 이웃집으로",
    "느티청년모임, 빈집 마당 열 곳에 텃밭",
    "헌 악기 마흔한 대, 새 주인 만났다",
    "느티시장 겨울맞이 장터… 이불·내복·군고구마",
    "솔재 마당 있는 집 (대지 210㎡)",
    "경운기 한 대, 필요한 분께",
    "새로 이어진 느티천 산책길, 처음부터 끝까지 걸어 봤습니다",
    "등불잔치 마지막 밤",
    "빵집의 새벽 네 시",
    "목공방에서 의자가 태어나기까지",
    "눈 내린 윗말의 하루",
)
TAGS = (
    "가게 이야기", "가로등", "겨울 채비", "겨울 풍경", "경로당", "경찰", "골목", "공방", "공사", "공연", "교통", "국수", "기고", "기록",
    "김장", "나눔", "나눔 냉장고", "나무", "농사", "느티도서관", "느티마을신문", "느티시장", "느티시청", "느티역", "느티천", "느티초등학교", "다리",
    "도리안길", "도자기", "돌봄", "동네 모임", "등불잔치", "목욕탕", "민원", "밤길", "밥집", "배움", "버들마을", "버스", "병원", "복지",
    "빈 가게", "빵집", "사기 예방", "사진", "산책길", "소방", "솔재", "쉼터", "시의회", "아랫말", "아파트", "안전", "알림", "약국", "어르신",
    "어린이", "예산", "예술인", "운동", "윗말", "음악", "자원봉사", "자전거", "장 담그기", "장애인", "장터", "전시", "정미소 음악당", "주민자치",
    "책", "청년", "체험", "축제", "텃밭", "폐교",
)


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_():
    op.create_table(
        'sample_marks',
        sa.Column('kind', sa.String(length=40), nullable=False),
        sa.Column('key', sa.String(length=64), nullable=False),
        sa.Column('made_at', database.UTCDateTime(), nullable=True),
        sa.Column('content', sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint('kind', 'key', name=op.f('pk_sample_marks')),
    )
    members = _ids("SELECT id FROM members WHERE password_hash = '!' AND username IN :names", MEMBERS)
    if not members:
        return
    posts = _ids("SELECT id FROM posts WHERE title IN :names", TITLES)
    pictures = f"credit = '{CREDIT}' AND (post_id IS NULL OR post_id IN :names)"
    _mark("members", "joined_at", "id IN :names", members)
    _mark("posts", "created_at", "id IN :names", posts)
    _mark("comments", "created_at", "member_id IN :names", members)
    _mark("photos", "created_at", pictures, posts)
    _mark("attachments", "created_at", "post_id IN :names", posts)
    _mark("corrections", "created_at", "post_id IN :names", posts)
    _mark("sections", "NULL", "slug || ' ' || name IN :names", SECTIONS)
    _mark("tags", "NULL", "name IN :names", TAGS)
    _mark_files("photos", pictures, posts)
    _mark_files("attachments", "post_id IN :names", posts)


def _ids(query, names):
    return list(op.get_bind().execute(_statement(query), {"names": list(names)}).scalars())


def _mark(table, made_at, which, names):
    _insert(f"SELECT '{table}', CAST(id AS VARCHAR), {made_at}, '' FROM {table} WHERE {which}", names)


def _mark_files(table, which, names):
    _insert(
        f"SELECT DISTINCT 'files', digest, NULL, '' FROM {table} WHERE {which}"
        " AND digest NOT IN (SELECT key FROM sample_marks WHERE kind = 'files')",
        names,
    )


def _insert(rows, names):
    statement = _statement(f"INSERT INTO sample_marks (kind, key, made_at, content) {rows}")
    op.get_bind().execute(statement, {"names": list(names)})


def _statement(statement):
    return sa.text(statement).bindparams(sa.bindparam("names", expanding=True))


def downgrade_():
    op.drop_table('sample_marks')


def upgrade_visitors():
    pass


def downgrade_visitors():
    pass
