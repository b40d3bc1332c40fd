"""Operating rules: what the regulation leaves open. Defaults of a cycle, never shown with an article."""

from __future__ import annotations

from applications.editions.model import Dimension

# Working days of steps that no year changes for itself.
OPERATING = {"formal_check_days": 10, "scoring_days": 10}
# What a new year begins with; its desk changes them, and the year's own columns are the rule.
PROPOSED = {"correction_days": 5, "supplement_days": 10, "panel_size": 3}

RUBRIC = (
    Dimension(
        "operation",
        "运营情况",
        20,
        (
            ("0—59", "主体资格、财务或者场所存在明显缺陷，持续运营有疑问"),
            ("60—74", "依法规范运营，收支基本平衡，制度齐备但执行记录不足"),
            ("75—89", "运营稳健，制度执行有据可查，财务状况良好"),
            ("90—100", "治理完善、财务优良，具有突出的可持续发展能力"),
        ),
    ),
    Dimension(
        "capability",
        "服务能力",
        25,
        (
            ("0—59", "人员或者设施达不到条件，服务功能单一且不稳定"),
            ("60—74", "人员、设施达到条件，服务功能能够满足基本需求"),
            ("75—89", "专业队伍结构合理，设施先进，服务特色明显"),
            ("90—100", "专业能力在本领域或者区域内领先，资源高度开放共享"),
        ),
    ),
    Dimension(
        "performance",
        "服务业绩",
        30,
        (
            ("0—59", "服务企业数量或者满意度达不到条件，证据不足"),
            ("60—74", "达到条件，成效有一般性证明"),
            ("75—89", "服务面广，近两年稳定增长，成效有具体案例"),
            ("90—100", "业绩突出，成效显著且可核验，品牌影响力强"),
        ),
    ),
    Dimension(
        "demonstration",
        "示范性",
        15,
        (
            ("0—59", "缺少可供借鉴的经验"),
            ("60—74", "有一定的带动作用"),
            ("75—89", "组织带动社会服务资源，经验可以推广"),
            ("90—100", "示范带动作用突出，经验已在更大范围推广"),
        ),
    ),
    Dimension(
        "management",
        "发展与管理",
        10,
        (
            ("0—59", "缺少规划、流程或者收费标准"),
            ("60—74", "规划、流程、收费标准齐备"),
            ("75—89", "目标明确，质量保证措施有效"),
            ("90—100", "规划前瞻、管理精细，品牌建设成效明显"),
        ),
    ),
)
