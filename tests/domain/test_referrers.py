"""Names of referring sites."""

from datetime import date

import pytest

import database
from domain.counter import referrers, statistics, tallies
from lib.web import agents

DAY = date(2026, 11, 18)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://l.facebook.com/l.php?u=x", "페이스북"),
        ("https://m.facebook.com/", "페이스북"),
        ("http://lm.facebook.com", "페이스북"),
        ("android-app://com.facebook.katana/", "페이스북"),
        ("https://t.co/abc", "X"),
        ("https://x.com/", "X"),
        ("https://mobile.twitter.com/", "X"),
        ("https://m.search.naver.com/search.naver?query=x", "네이버"),
        ("https://search.naver.com/", "네이버"),
        ("https://www.naver.com/", "네이버"),
        ("https://naver.me/x", "네이버"),
        ("https://cafe.naver.com/x", "네이버 카페"),
        ("https://m.cafe.naver.com/x", "네이버 카페"),
        ("https://m.blog.naver.com/x", "네이버 블로그"),
        ("https://story.kakao.com/x", "카카오스토리"),
        ("android-app://com.kakao.talk/", "카카오톡"),
        ("https://band.us/band/1", "밴드"),
        ("https://www.band.us/band/1", "밴드"),
        ("https://search.daum.net/", "다음"),
        ("https://m.search.daum.net/", "다음"),
        ("https://m.cafe.daum.net/x", "다음 카페"),
        ("https://www.google.co.kr/", "구글"),
        ("https://google.com/", "구글"),
        ("android-app://com.google.android.googlequicksearchbox/", "구글"),
        ("https://news.google.com/", "구글 뉴스"),
        ("https://l.instagram.com/", "인스타그램"),
        ("https://m.youtube.com/", "유튜브"),
        ("https://youtu.be/x", "유튜브"),
        ("https://www.daangn.com/", "당근"),
        ("https://마을신문.한국/", "마을신문.한국"),
        ("https://www.느티마을.kr/", "느티마을.kr"),
        ("https://village.example/", "village.example"),
        ("https://notnaver.com/", "notnaver.com"),
        ("https://naver.com.evil.example/", "naver.com.evil.example"),
        ("https://google.evil.example/", "google.evil.example"),
        ("https://notgoogle.com/", "notgoogle.com"),
    ],
)
def test_a_site_has_the_name_that_people_know(app, address, name):
    with app.test_request_context():
        assert referrers.name_of(agents.host(address)) == name


@pytest.mark.parametrize("host", ["xn--", "xn--\u00e9.kr", "xn--zzzzzzzzzzzz.kr", "", tallies.OTHER])
def test_a_host_that_is_no_punycode_stays(app, host):
    assert referrers.name_of(host) == host


def test_hosts_of_one_site_are_added_up_before_the_list_is_cut(app):
    hosts = {"band.us": 5, "l.facebook.com": 3, "m.facebook.com": 4, "facebook.com": 2, tallies.OTHER: 1}
    hosts |= {f"site{number}.example": 3 for number in range(30)} | {"fb.me": 1}
    with database.visitors_transaction() as connection:
        for host, count in hosts.items():
            tallies.add(connection, DAY, [("referrer", host)], count=count)
    of = statistics.period("day", DAY)
    lines = statistics.most("referrer", of)
    assert [(line.label, line.count, line.name) for line in lines[:2]] == [
        ("페이스북", 10, "m.facebook.com"),
        ("밴드", 5, "band.us"),
    ]
    assert len(lines) == 20
    every = statistics.most("referrer", of, limit=None)
    assert sum(line.count for line in every) == sum(hosts.values())
    assert every[-1].label == "(그 밖)"
