"""What is measured: every page that can grow and every role's home, each with its goal."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """`goal` is the CPU at 10,000 in lists of the floor (or in what `beside` names), `queries` the most there may be."""

    name: str
    who: str
    address: str
    goal: float = 0
    queries: int = 0
    beside: str = "list"
    growth: float = 1.10
    few: bool = False  # costly: a fifth of the requests
    again: bool = False  # asked with the validator that the first answer gave

    @property
    def is_floor(self) -> bool:
        return self.who == "floor"


OFFICER, PROVINCE = "miit_officer", "zhejiang_officer"
PAGES = (
    Page("floor: ok", "floor", "/ok"),
    Page("floor: one indexed query", "floor", "/one"),
    Page("floor: list of 50", "floor", "/list"),
    Page("floor: search", "floor", "/search?q=云帆中小企业融资"),
    Page("floor: CSV", "floor", "/csv", few=True),
    Page("officer list", OFFICER, "/ministry/queue/?view=all", 4, 10),
    Page("officer list, filtered", OFFICER, "/ministry/queue/?view=all&recommender=33&pips=f", 6, 10),
    Page("officer list, searched", OFFICER, "/ministry/queue/?view=all&q=云帆中小企业融资", 6, 10),
    Page("officer list, page 50", OFFICER, "/ministry/queue/?view=all&page=50", 6, 10),
    Page("dossier", OFFICER, "/dossiers/{dossier}/", 4, 14),
    Page("dossier, roster", OFFICER, "/dossiers/{dossier}/?m={roster}", 4, 14),
    Page("ranking", OFFICER, "/ministry/decision/", 2, 0, "officer list", few=True),
    Page("province's list", PROVINCE, "/recommender/queue/", 4, 10),
    Page("home: officer", OFFICER, "/ministry/", 4, 12),
    Page("home: ministry's lead", "miit_lead", "/ministry/", 4, 12),
    Page("home: province", PROVINCE, "/recommender/", 4, 12, few=True),
    Page("home: applicant", "yunfan_clerk", "/my/", 4, 12),
    Page("home: holder of a title", "huizhi_lead", "/my/", 4, 12),
    Page("home: expert", "expert1", "/expert/", 4, 12),
    Page("home: inspector", "inspector", "/audit/", 4, 12),
    Page("home: outside auditor", "auditor", "/ministry/queue/", 4, 12),
    Page("home: administrator", "admin", "/accounts/", 4, 12),
    Page("statistics", OFFICER, "/statistics/", 3, 0, "officer list"),
    Page("trail of events", "inspector", "/audit/events/", 4, 12),
    Page("dossiers under audit", "inspector", "/audit/dossiers/", 4, 12),
    Page("overlaps", OFFICER, "/overlaps/", 4, 12),
    Page("experts", OFFICER, "/experts/", 4, 12),
    Page("panels", OFFICER, "/ministry/panels/", 4, 12, few=True),
    Page("review's progress", OFFICER, "/ministry/progress/", 4, 12),
    Page("annual summaries", PROVINCE, "/summaries/", 4, 12),
    Page("notifications", OFFICER, "/notifications/", 4, 12),
    Page("public home", "", "/", 1.5, 0, "floor: search"),
    Page("directory", "", "/directory/", 1.5, 0, "floor: search"),
    Page("directory, searched", "", "/directory/?q=云帆融资", 1.5, 0, "floor: search"),
    Page("directory, page 50", "", "/directory/?page=50", 1.5, 0, "floor: search"),
    Page("notices", "", "/notices/", 1.5, 0, "floor: search"),
    Page("public home, again", "", "/", 2, 0, "floor: ok", again=True),
    Page("directory, again", "", "/directory/", 2, 0, "floor: ok", again=True),
    Page("directory as CSV", "", "/directory/download.csv", 1.5, 0, "floor: CSV", 99, few=True),
)
