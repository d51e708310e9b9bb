"""Names of the sites that readers come from, by the host that is stored."""

import re
from collections import Counter
from collections.abc import Iterable

from flask_babel import lazy_gettext as _l

# Hosts, registrable domains and Android apps (android-app://com.kakao.talk); the longest that fits counts.
_NAMES = {
    _l("Naver"): "naver.com naver.me com.nhn.android.search",
    _l("Naver Cafe"): "cafe.naver.com com.nhn.android.navercafe",
    _l("Naver Blog"): "blog.naver.com com.nhn.android.blog",
    _l("Daum"): "daum.net net.daum.android.daum",
    _l("Daum Cafe"): "cafe.daum.net net.daum.android.cafe",
    _l("KakaoTalk"): "com.kakao.talk talk.kakao.com open.kakao.com pf.kakao.com",
    _l("KakaoStory"): "story.kakao.com com.kakao.story",
    _l("Kakao"): "kakao.com",
    _l("Band"): "band.us com.nhn.android.band",
    _l("Karrot"): "daangn.com karrotmarket.com com.towneers.www",
    _l("Facebook"): "facebook.com fb.com fb.me com.facebook.katana com.facebook.lite",
    _l("Instagram"): "instagram.com instagr.am com.instagram.android",
    _l("Threads"): "threads.net threads.com com.instagram.barcelona",
    _l("X (Twitter)"): "x.com twitter.com t.co com.twitter.android",
    _l("YouTube"): "youtube.com youtu.be com.google.android.youtube",
    _l("Google News"): "news.google.com com.google.android.apps.magazines",
    _l("Google"): "com.google.android.googlequicksearchbox",
    _l("LINE"): "line.me jp.naver.line.android",
    _l("Bing"): "bing.com",
    _l("Nate"): "nate.com",
    _l("Zum"): "zum.com",
}
_NAME_BY_HOST = {host: name for name, hosts in _NAMES.items() for host in hosts.split()}
_GOOGLE = re.compile(r"(?:.+\.)?google\.(?:com|[a-z]{2}|com?\.[a-z]{2})")


def name_of(host: str) -> str:
    """The name that people know a site by; without one its host, in its own script."""
    labels = host.split(".")
    for start in range(len(labels) - 1):
        if name := _NAME_BY_HOST.get(".".join(labels[start:])):
            return str(name)
    return str(_l("Google")) if _GOOGLE.fullmatch(host) else _in_own_script(host)


def added_up(rows: Iterable[tuple[str, int]]) -> list[tuple[str, int, str]]:
    """Host, count and name of each site, the largest first; of several hosts the largest.

    :param rows: hosts and their counts, the largest first
    """
    counts: Counter[str] = Counter()
    hosts: dict[str, str] = {}
    for host, count in rows:
        name = name_of(host)
        counts[name] += count
        hosts.setdefault(name, host)
    return [(hosts[name], count, name) for name, count in counts.most_common()]


def _in_own_script(host: str) -> str:
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host
