"""Write indexer/samples: the small library of fictional reports that a first start shows.

Owns the figures and the prose of three fictional organs, the mistakes planted in them, and the
figures of 淮北市 2021.  Run `python -m tests.build_samples` after a change; the output is
committed.

Leaves to others: how a report is drawn (redraw.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests import redraw
from tests.redraw import (
    CARRIED_IN,
    CARRIED_OUT,
    CONCLUDED,
    OPEN,
    OTHER,
    OTHER_PARTS,
    OTHER_REST,
    PARTLY,
    RECEIVED,
    REFUSED,
    UNABLE,
    UNPROCESSED,
    HtmlQuirks,
    Key,
    PdfQuirks,
    Truth,
    table2,
    table3,
    table4,
)

FOLDER = Path(__file__).parent.parent / "indexer" / "samples"
#: What the samples print, for the evaluation to compare readers with.
CELLS = Path(__file__).parent.parent / "eval" / "datasets" / "cells.json"
Counts = int | Sequence[int]


@dataclass(frozen=True)
class Year:
    """One year of one organ.

    `documents` and `regulations` are (made, repealed, in force); `permits` to `fees` the cells of
    table two (万元 for `fees`).  `projects` are the counts that only the 2019 format asks for:
    permits, other services, penalties, compulsion, charges of the year before and their change,
    then purchases and their amount.  `readings` are (all, as text, as charts).  `misprints`
    replaces printed cells, `said` replaces a number in the prose, keyed by the label there.
    """

    year: int
    file: str
    outcomes: Mapping[str, Counts]
    carried_out: Counts
    documents: tuple[int, int, int]
    decisions: tuple[int, int, int]
    fees: str
    review: tuple[int, int, int, int]
    direct: tuple[int, int, int, int]
    after: tuple[int, int, int, int]
    published: int
    press: int
    interviews: int
    readings: tuple[int, int, int]
    focus: str
    management: str
    platform: str
    oversight: str
    problems: Sequence[str]
    measures: Sequence[str]
    other: str
    carried_in: Counts = 0
    regulations: tuple[int, int, int] = (0, 0, 0)
    projects: tuple[int, ...] = ()
    purchases: tuple[str, str] = ("0", "0")
    misprints: Mapping[Key, str] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Publisher:
    """A fictional organ: its name, how it speaks of its area, its office, its years."""

    organ: str
    area: str
    office: str
    slug: str
    years: Sequence[Year]


CITY = Publisher(
    organ="示例市人民政府",
    area="全市",
    office="示例市人民政府办公室",
    slug="city",
    years=(
        Year(
            year=2019,
            file="html",
            outcomes={
                OPEN: (90, 6, 0, 0, 0, 0),
                PARTLY: 14,
                REFUSED[3]: (2, 1, 0, 0, 0, 0),
                REFUSED[4]: 2,
                UNABLE[0]: 31,
                UNABLE[1]: 2,
                UNPROCESSED[0]: 4,
                OTHER: 6,
            },
            carried_out=5,
            documents=(34, 34, 412),
            decisions=(15230, 6120, 214),
            fees="0",
            review=(4, 1, 0, 1),
            direct=(2, 0, 0, 1),
            after=(1, 0, 0, 0),
            published=86420,
            press=24,
            interviews=12,
            readings=(86, 30, 28),
            focus="重点公布城市更新、学位供给和老旧小区改造的计划与进度",
            management="编制市级主动公开目录，逐项写明公开内容、时限和责任单位",
            platform="合并功能重复的网站栏目11个，统一检索入口",
            oversight="将政务公开列入年度考核，分值占百分之四",
            problems=("部分单位答复文书说理不够充分", "旧栏目清理不彻底"),
            measures=("编写答复文书示范文本，逐条写明依据", "按季度检查栏目更新情况并通报"),
            other="本年度没有其他需要报告的事项。",
            carried_in=3,
            regulations=(1, 1, 4),
            projects=(1260, -45, 320, 12, 4980, 60, 640, 0, 42, -3),
            purchases=("386", "12450.80万元"),
        ),
        Year(
            year=2020,
            file="html",
            outcomes={
                OPEN: (108, 5, 0, 0, 1, 0),
                PARTLY: 17,
                REFUSED[3]: 4,
                REFUSED[5]: 2,
                UNABLE[0]: (35, 2, 0, 0, 0, 0),
                UNABLE[2]: 1,
                UNPROCESSED[0]: 3,
                UNPROCESSED[1]: 2,
                OTHER: 8,
            },
            carried_out=4,
            documents=(29, 29, 431),
            decisions=(16874, 5903, 187),
            fees="0",
            review=(5, 1, 0, 0),
            direct=(2, 1, 0, 0),
            after=(1, 0, 0, 0),
            published=91305,
            press=52,
            interviews=15,
            readings=(112, 41, 37),
            focus="开设公共卫生信息专栏，每日更新就诊指引和物资供应安排",
            management="建立信息发布前核对制度，发布与保密审查同步进行",
            platform="完成政府网站无障碍改造，增设大字版和语音朗读",
            oversight="组织两次专题培训，各单位经办人员全部参加",
            problems=("政策解读以文字为主，图表偏少", "基层单位人员变动较快"),
            measures=("提高图表和短视频在解读中的比例", "建立岗位交接清单，新任人员先培训后上岗"),
            other="本年度没有收取政府信息公开信息处理费。",
            regulations=(1, 1, 5),
            projects=(1215, 30, 332, -6, 5040, -12, 640, 8, 39, 0),
            purchases=("402", "13188.25万元"),
        ),
        Year(
            year=2021,
            file="docx",
            outcomes={
                OPEN: (121, 7, 0, 0, 1, 0),
                PARTLY: (19, 1, 0, 0, 0, 0),
                REFUSED[0]: 1,
                REFUSED[3]: (3, 1, 0, 0, 0, 0),
                REFUSED[5]: 2,
                REFUSED[6]: 1,
                UNABLE[0]: 40,
                UNABLE[1]: 3,
                UNPROCESSED[0]: 2,
                UNPROCESSED[1]: 3,
                OTHER_PARTS[0]: 4,
                OTHER_REST: 5,
            },
            carried_out=6,
            documents=(26, 41, 416),
            decisions=(17650, 5531, 165),
            fees="9820.5",
            review=(6, 2, 0, 1),
            direct=(3, 0, 1, 0),
            after=(2, 0, 0, 0),
            published=95112,
            press=48,
            interviews=18,
            readings=(134, 46, 43),
            focus="集中公布中长期规划和历史规划目录，并附规划图件",
            management="全面清理规范性文件，逐件标注有效、失效或废止",
            platform="政府网站与政务新媒体共用一套稿件库，一次编写、多处发布",
            oversight="引入社会评议，收到评议意见73条并逐条答复",
            problems=(
                "个别单位公开时限把握不准",
                "规范性文件库与单位栏目数据不一致",
                "评议意见转办较慢",
            ),
            measures=(
                "设置到期提醒",
                "以规范性文件库为唯一来源，单位栏目自动同步",
                "评议意见五日内转办",
            ),
            other="本年度没有收取政府信息公开信息处理费。",
            regulations=(1, 0, 6),
        ),
        Year(
            year=2022,
            file="pdf",
            outcomes={
                OPEN: (135, 9, 1, 0, 2, 0),
                PARTLY: (24, 2, 0, 0, 0, 0),
                REFUSED[1]: 1,
                REFUSED[3]: 5,
                REFUSED[4]: 2,
                REFUSED[5]: 3,
                REFUSED[7]: 4,
                UNABLE[0]: (46, 3, 0, 0, 0, 0),
                UNABLE[1]: 4,
                UNABLE[2]: 2,
                UNPROCESSED[0]: 3,
                UNPROCESSED[3]: 1,
                OTHER_PARTS[0]: 6,
                OTHER_REST: 4,
            },
            carried_out=(8, 1, 0, 0, 0, 0),
            documents=(31, 22, 425),
            decisions=(18204, 5217, 152),
            fees="10136.42",
            review=(7, 2, 1, 1),
            direct=(4, 1, 0, 1),
            after=(2, 0, 1, 0),
            published=101874,
            press=61,
            interviews=20,
            readings=(158, 52, 49),
            focus="围绕助企纾困公布政策清单，标明适用对象和申报路径，依申请公开事项按时办结率为100%",
            management="规章和规范性文件统一公布正式版本，可下载、可核对",
            platform="智能问答知识库新增条目620条，每周校核一次",
            oversight="对38个单位开展抽查，发现问题57个，年底前全部整改",
            problems=("智能问答答非所问的情形仍然存在", "部分镇街公开专区使用率不高"),
            measures=("以常见问题校核知识库，错误答案当日更正", "将公开专区并入便民服务大厅"),
            other="本年度没有收取政府信息公开信息处理费。",
            regulations=(1, 1, 6),
            misprints={(4, "", "行政复议/总计"): ""},
        ),
        Year(
            year=2023,
            file="html",
            outcomes={
                OPEN: (142, 11, 0, 0, 2, 0),
                PARTLY: (27, 1, 0, 0, 0, 0),
                REFUSED[2]: 1,
                REFUSED[3]: 6,
                REFUSED[5]: 3,
                REFUSED[6]: 2,
                UNABLE[0]: (52, 2, 0, 0, 0, 0),
                UNABLE[1]: 3,
                UNPROCESSED[0]: 5,
                UNPROCESSED[1]: 2,
                OTHER_PARTS[0]: 7,
                OTHER_PARTS[1]: 1,
                OTHER_REST: 3,
            },
            carried_out=5,
            documents=(28, 19, 434),
            decisions=(19067, 4986, 139),
            fees="10458.77",
            review=(8, 1, 1, 2),
            direct=(5, 0, 0, 1),
            after=(3, 0, 0, 1),
            published=108533,
            press=57,
            interviews=22,
            readings=(171, 58, 54),
            focus="公布重大行政决策事项目录9项，全部附征求意见和采纳情况",
            management="规范性文件库增加历次修改对照，读者可以逐条比较",
            platform="在26个镇街设立政务公开专区，配备查询和打印设备",
            oversight="建立典型案例通报机制，全年通报6期",
            problems=("跨部门申请的牵头责任不够清楚", "企业政策推送不够精准"),
            measures=("明确首办单位负责制，会商意见限期反馈", "按行业和规模为企业推送政策"),
            other="本年度收取政府信息公开信息处理费2件，共计640元，均为按量计收。",
            carried_in=7,
            regulations=(0, 0, 6),
        ),
        Year(
            year=2024,
            file="docx",
            outcomes={
                OPEN: (150, 12, 0, 1, 2, 0),
                PARTLY: (29, 2, 0, 0, 0, 0),
                REFUSED[3]: (6, 1, 0, 0, 0, 0),
                REFUSED[4]: 2,
                REFUSED[5]: 4,
                REFUSED[7]: 3,
                UNABLE[0]: (55, 4, 0, 0, 0, 0),
                UNABLE[1]: 4,
                UNABLE[2]: 1,
                UNPROCESSED[0]: 4,
                UNPROCESSED[4]: 1,
                OTHER_PARTS[0]: 5,
                OTHER_REST: 2,
            },
            carried_out=(7, 1, 0, 0, 0, 0),
            documents=(25, 30, 429),
            decisions=(19822, 4731, 128),
            fees="10912.6",
            review=(10, 2, 1, 1),
            direct=(2, 0, 0, 1),
            after=(4, 1, 0, 0),
            published=112960,
            press=63,
            interviews=24,
            readings=(189, 64, 60),
            focus="公布公共服务事项办理指南2145项，逐项标明办理时限和咨询方式",
            management="对现行有效文件开展评估，评估结论随文件一并公开",
            platform="网站适老化改造通过复测，移动端访问量首次超过电脑端",
            oversight="市县两级联合开展答复质量评查，评查答复书120份",
            problems=("行政复议数量有所增加", "镇街答复质量不均衡", "数据类申请的处理经验不足"),
            measures=("答复前由法制机构审核", "推行镇街答复书上级预审", "编写数据类申请处理指引"),
            other="本年度没有收取政府信息公开信息处理费。",
            regulations=(1, 1, 6),
            misprints={(2, "行政规范性文件", "本年制发件数"): "25（其中修订9件）"},
        ),
    ),
)

DISTRICT = Publisher(
    organ="示例市清溪区人民政府",
    area="全区",
    office="示例市清溪区人民政府办公室",
    slug="qingxi",
    years=(
        Year(
            year=2020,
            file="html",
            outcomes={
                OPEN: (28, 1, 0, 0, 0, 0),
                PARTLY: 6,
                REFUSED[3]: 1,
                REFUSED[6]: 1,
                UNABLE[0]: 12,
                UNPROCESSED[1]: 1,
                OTHER: 2,
            },
            carried_out=2,
            documents=(9, 9, 66),
            decisions=(3120, 1842, 47),
            fees="0",
            review=(1, 0, 0, 1),
            direct=(1, 0, 0, 0),
            after=(0, 0, 0, 0),
            published=12840,
            press=9,
            interviews=6,
            readings=(24, 9, 8),
            focus="公布征地补偿标准、补偿方案和到账情况",
            management="建立区级文件台账，新文件印发后五日内上网",
            platform="七个街道的公开栏统一样式、统一编号",
            oversight="区政府常务会议两次听取政务公开工作汇报",
            problems=("征地信息分散在多个栏目", "答复文书格式不统一"),
            measures=("把征地信息归到一个专栏", "统一使用市里发布的文书格式"),
            other="本年度没有收取政府信息公开信息处理费。",
            carried_in=1,
            projects=(410, 5, 96, 0, 1730, -20, 150, 2, 18, 0),
            purchases=("118", "2046.31万元"),
        ),
        Year(
            year=2021,
            file="txt",
            outcomes={
                OPEN: (31, 2, 0, 0, 0, 0),
                PARTLY: 5,
                REFUSED[3]: 2,
                REFUSED[5]: 1,
                UNABLE[0]: 14,
                UNABLE[1]: 1,
                UNPROCESSED[0]: 1,
                OTHER_REST: 3,
            },
            carried_out=3,
            documents=(7, 11, 62),
            decisions=(3345, 1690, 41),
            fees="612.4",
            review=(2, 0, 0, 0),
            direct=(0, 0, 0, 1),
            after=(1, 0, 0, 0),
            published=13655,
            press=11,
            interviews=7,
            readings=(31, 12, 10),
            focus="按户公布旧城改造补偿结果，接受住户核对",
            management="规范性文件实行统一登记、统一编号、统一印发",
            platform="政务新媒体账号由14个减为6个",
            oversight="聘请10名社会监督员，每半年走访一次",
            problems=("社区公开栏更新不及时", "解读材料专业用语多"),
            measures=("由街道专人每月巡查公开栏", "解读材料先请居民代表试读"),
            other="本年度没有收取政府信息公开信息处理费。",
        ),
        Year(
            year=2022,
            file="pdf",
            outcomes={
                OPEN: (29, 3, 0, 0, 0, 0),
                PARTLY: (7, 0, 0, 0, 0, 0),
                REFUSED[3]: 1,
                REFUSED[7]: 2,
                UNABLE[0]: (9, 1, 0, 0, 0, 0),
                UNABLE[2]: 1,
                OTHER_PARTS[0]: 1,
            },
            carried_out=4,
            documents=(8, 5, 65),
            decisions=(3518, 1577, 38),
            fees="640",
            review=(1, 1, 0, 0),
            direct=(1, 0, 0, 0),
            after=(0, 0, 0, 0),
            published=14230,
            press=12,
            interviews=8,
            readings=(35, 13, 12),
            focus="公布学区划分方案及划分依据，公布前听取家长意见",
            management="文件公开属性在起草时确定，不再事后补填",
            platform="区级专区与市级数据接通，可以跨级查询",
            oversight="全年检查街道和部门31个，书面反馈问题44个",
            problems=("表格填报靠手工，容易出错", "专区宣传不够"),
            measures=("填报时自动核对合计", "在社区开展开放日活动"),
            other="本年度没有收取政府信息公开信息处理费。",
            misprints={(3, CONCLUDED, "总计"): "45"},
        ),
        Year(
            year=2023,
            file="html",
            outcomes={
                OPEN: (41, 4, 0, 0, 1, 0),
                PARTLY: 9,
                REFUSED[3]: 2,
                REFUSED[5]: 2,
                UNABLE[0]: (20, 1, 0, 0, 0, 0),
                UNABLE[1]: 1,
                UNPROCESSED[0]: 2,
                UNPROCESSED[1]: 1,
                OTHER_PARTS[0]: 2,
                OTHER_REST: 1,
            },
            carried_out=3,
            documents=(6, 8, 63),
            decisions=(3702, 1481, 33),
            fees="655.25",
            review=(3, 0, 1, 0),
            direct=(1, 0, 0, 1),
            after=(1, 0, 0, 0),
            published=15118,
            press=10,
            interviews=9,
            readings=(40, 15, 13),
            focus="公布养老服务设施名录、收费标准和床位使用情况",
            management="文件库增加按主题检索，收录历年文件",
            platform="政务公开专区进入全部街道服务大厅",
            oversight="把群众评价结果与部门考核挂钩",
            problems=("申请数量增长较快，答复力量不足", "征求意见反馈不够及时"),
            measures=("配备专职答复人员2名", "征求意见结束后七日内公布采纳情况"),
            other="本年度没有收取政府信息公开信息处理费。",
            said={RECEIVED: "68"},
        ),
        Year(
            year=2024,
            file="docx",
            outcomes={
                OPEN: (45, 3, 0, 0, 0, 1),
                PARTLY: (8, 1, 0, 0, 0, 0),
                REFUSED[3]: 3,
                REFUSED[4]: 1,
                UNABLE[0]: 22,
                UNABLE[2]: 2,
                UNPROCESSED[0]: 1,
                OTHER_PARTS[0]: 3,
            },
            carried_out=2,
            documents=(7, 4, 66),
            decisions=(3866, 1402, 30),
            fees="671.9",
            review=(2, 1, 0, 1),
            direct=(1, 0, 0, 0),
            after=(1, 0, 0, 0),
            published=15890,
            press=13,
            interviews=9,
            readings=(44, 17, 14),
            focus="公布小微企业扶持资金的对象、金额和绩效",
            management="失效文件移入历史库，并在原页面注明",
            platform="热线与公开平台共用一个知识库",
            oversight="区级部门互评两轮，评分结果公开",
            problems=("知识库更新依赖人工", "街道经办人员兼职较多"),
            measures=("业务办结时同步更新知识库", "争取每个街道配备一名专职人员"),
            other="本年度没有收取政府信息公开信息处理费。",
            said={"统计年份": "2023"},
        ),
    ),
)

BUREAU = Publisher(
    organ="示例市教育局",
    area="全局",
    office="示例市教育局办公室",
    slug="education",
    years=(
        Year(
            year=2020,
            file="docx",
            outcomes={OPEN: 9, PARTLY: 2, REFUSED[3]: 1, UNABLE[0]: 5, OTHER: 1},
            carried_out=1,
            documents=(4, 4, 23),
            decisions=(64, 3, 0),
            fees="0",
            review=(0, 0, 0, 0),
            direct=(0, 0, 0, 0),
            after=(0, 0, 0, 0),
            published=1620,
            press=3,
            interviews=2,
            readings=(11, 5, 3),
            focus="公布义务教育招生范围和报名办法",
            management="每学期核对一次公开目录",
            platform="局网站并入市政府网站统一管理",
            oversight="局长办公会专题研究政务公开一次",
            problems=("招生问答更新偏慢", "学校公开内容深浅不一"),
            measures=("招生期间每日更新问答", "制定学校公开内容清单"),
            other="本年度没有收取政府信息公开信息处理费。",
            projects=(14, 0, 22, 1, 6, 0, 0, 0, 5, -1),
            purchases=("47", "918.6万元"),
        ),
        Year(
            year=2021,
            file="xlsx",
            outcomes={
                OPEN: 11,
                PARTLY: 2,
                REFUSED[4]: 1,
                UNABLE[0]: 6,
                UNPROCESSED[1]: 1,
                OTHER_REST: 1,
            },
            carried_out=2,
            documents=(3, 5, 21),
            decisions=(71, 4, 0),
            fees="126.5",
            review=(1, 0, 0, 0),
            direct=(0, 0, 0, 0),
            after=(0, 0, 0, 0),
            published=1745,
            press=4,
            interviews=2,
            readings=(14, 6, 4),
            focus="公布校外培训机构白名单并按月更新",
            management="清理过时的招生文件19件",
            platform="开通家长咨询留言，平均一日内回复",
            oversight="对直属学校开展公开情况检查",
            problems=("培训机构信息变动快，核对不及时", "解读形式单一"),
            measures=("与审批系统对接，变动当日更新", "制作图表和短片"),
            other="本年度没有收取政府信息公开信息处理费。",
        ),
        Year(
            year=2022,
            file="docx",
            outcomes={
                OPEN: 13,
                PARTLY: 3,
                REFUSED[3]: 1,
                UNABLE[0]: 7,
                UNABLE[1]: 1,
                OTHER_PARTS[0]: 1,
            },
            carried_out=1,
            documents=(2, 1, 22),
            decisions=(76, 6, 0),
            fees="131",
            review=(0, 0, 0, 1),
            direct=(0, 0, 0, 0),
            after=(0, 0, 0, 0),
            published=1803,
            press=4,
            interviews=3,
            readings=(16, 7, 5),
            focus="公布新建学校的选址、规模和招生时间",
            management="文件印发时同步写明公开方式",
            platform="教育资助政策可以在网上自助测算",
            oversight="邀请家长代表参加开放日两次",
            problems=("资助政策知晓率不高", "答复时间偏长"),
            measures=("开学前逐校宣讲资助政策", "设置答复进度提醒"),
            other="本年度没有收取政府信息公开信息处理费。",
        ),
        Year(
            year=2023,
            file="html",
            outcomes={
                OPEN: (15, 1, 0, 0, 0, 0),
                PARTLY: 3,
                REFUSED[5]: 2,
                UNABLE[0]: 8,
                UNPROCESSED[0]: 1,
            },
            carried_out=2,
            documents=(3, 2, 23),
            decisions=(82, 5, 0),
            fees="128.75",
            review=(1, 1, 0, 0),
            direct=(0, 0, 0, 0),
            after=(0, 0, 0, 0),
            published=1911,
            press=5,
            interviews=3,
            readings=(19, 8, 6),
            focus="公布学校食堂检查结果和整改情况",
            management="规范性文件统一由市级文件库发布",
            platform="局政务新媒体增设政策查询入口",
            oversight="把公开工作列入学校年度评价",
            problems=("学校之间发布标准不一", "个别答复引用条款不准"),
            measures=("统一发布模板", "答复书由法律顾问复核"),
            other="本年度没有收取政府信息公开信息处理费。",
            misprints={
                (2, "规章", column): "/"
                for column in ("本年制发件数", "本年废止件数", "现行有效件数")
            },
        ),
        Year(
            year=2024,
            file="txt",
            outcomes={
                OPEN: (16, 2, 0, 0, 0, 0),
                PARTLY: 4,
                REFUSED[3]: 1,
                REFUSED[5]: 1,
                UNABLE[0]: 9,
                UNABLE[2]: 1,
                OTHER_PARTS[0]: 1,
            },
            carried_out=1,
            documents=(4, 3, 24),
            decisions=(88, 4, 0),
            fees="133.2",
            review=(1, 0, 0, 0),
            direct=(0, 0, 0, 0),
            after=(1, 0, 0, 0),
            published=1986,
            press=5,
            interviews=4,
            readings=(22, 9, 7),
            focus="公布学位预警名单和分流安排",
            management="对文件库中的教育类文件逐件复核",
            platform="招生咨询接入智能问答，人工坐席兜底",
            oversight="组织学校信息员培训三期",
            problems=("智能问答对地段问题回答不准", "公开栏目层级过深"),
            measures=("补充地段数据并逐条核对", "把常用栏目移到首页"),
            other="本年度没有收取政府信息公开信息处理费。",
        ),
    ),
)

#: 示例市教育局 2022 leaves this column empty from top to bottom.
BLANK_COLUMN = ("education", 2022, "科研机构")
_ORDINALS = "一二三四五六"


def truths(publisher: Publisher) -> Iterator[tuple[Year, Truth]]:
    """Yield each year of a publisher with its truth; 上年结转 follows the year before."""
    carried: Counts = 0
    for year in publisher.years:
        carried_in = year.carried_in or carried
        cells = _cells(publisher, year, carried_in)
        printed = {**cells, **year.misprints}
        yield (
            year,
            Truth(
                publisher.organ,
                year.year,
                "2019" if year.year < 2021 else "2021",
                printed,
                _sections(publisher, year, cells),
                published=f"{year.year + 1}-01-{10 + year.year % 10:02}",
                url=f"https://www.example.invalid/{publisher.slug}/{year.year}.html",
            ),
        )
        carried = year.carried_out


def _cells(publisher: Publisher, year: Year, carried_in: Counts) -> dict[Key, str]:
    old = year.year < 2021
    third = table3(
        year.outcomes, carried_in=carried_in, carried_out=year.carried_out, single_other=old
    )
    if BLANK_COLUMN[:2] == (publisher.slug, year.year):
        third = {k: "" if k[2] == BLANK_COLUMN[2] else text for k, text in third.items()}
    second = _second_2019(year) if old else _second_2021(year)
    return {**second, **third, **table4(year.review, year.direct, year.after)}


def _second_2021(year: Year) -> dict[Key, str]:
    permits, penalties, compulsion = year.decisions
    values: dict[str, tuple[int | str, ...]] = {
        "规章": year.regulations,
        "行政规范性文件": year.documents,
        "行政许可": (permits,),
        "行政处罚": (penalties,),
        "行政强制": (compulsion,),
        "行政事业性收费": (year.fees,),
    }
    return table2("2021", values)


def _second_2019(year: Year) -> dict[Key, str]:
    permits, penalties, compulsion = year.decisions
    projects = year.projects
    values: dict[str, tuple[int | str, ...]] = {
        "规章": year.regulations,
        "规范性文件": year.documents,
        "行政许可": (*projects[0:2], permits),
        "其他对外管理服务事项": (*projects[2:4], permits // 4),
        "行政处罚": (*projects[4:6], penalties),
        "行政强制": (*projects[6:8], compulsion),
        "行政事业性收费": projects[8:10],
        "政府集中采购": year.purchases,
    }
    return table2("2019", values)


def _sections(
    publisher: Publisher, year: Year, cells: Mapping[Key, str]
) -> dict[str, tuple[str, ...]]:
    return {
        "序": (_preface(publisher, year),),
        "一": (
            f"{year.year}年，{publisher.organ}围绕群众关心的事项推进政务公开，主要情况如下。",
            _published(publisher, year),
            _on_request(publisher, year, cells),
            f"（三）政府信息管理。{year.management}。{_in_force(year)}",
            f"（四）平台建设。{year.platform}。",
            f"（五）监督保障。{year.oversight}。",
        ),
        "五": (
            "存在的主要问题：" + _listed(year.problems),
            f"改进措施：{year.year + 1}年，" + _listed(year.measures),
        ),
        "六": (year.other,),
    }


def _published(publisher: Publisher, year: Year) -> str:
    readings, text, charts = year.readings
    return (
        f"（一）主动公开。{publisher.area}主动公开政府信息{year.published}条。{year.focus}。"
        f"发布政策解读材料{readings}件，其中文字解读{text}件、图表解读{charts}件。"
        f"召开新闻发布会{year.press}场，举办在线访谈{year.interviews}期。"
    )


def _preface(publisher: Publisher, year: Year) -> str:
    said = year.said.get("统计年份", str(year.year))
    return (
        "本报告按照《中华人民共和国政府信息公开条例》和政府信息公开工作年度报告格式的要求编写。"
        f"数据统计期限自{said}年1月1日起至{said}年12月31日止。"
        f"如有疑问，请与{publisher.office}联系（地址：示例市虚构大道0号，邮编：000000，"
        "电话：0000-0000000，电子邮箱：gongkai@example.invalid）。"
    )


def _on_request(publisher: Publisher, year: Year, cells: Mapping[Key, str]) -> str:
    def total(row: str) -> str:
        return cells[3, row, "总计"]

    def group(rows: Sequence[str]) -> int:
        return sum(int(total(row)) for row in rows)

    other = (OTHER,) if year.year < 2021 else OTHER_PARTS
    received = year.said.get(RECEIVED, total(RECEIVED))
    lawsuits = sum(year.direct) + sum(year.after)
    return (
        f"（二）依申请公开。{publisher.area}新收政府信息公开申请{received}件，"
        f"上年结转{total(CARRIED_IN)}件；办结{total(CONCLUDED)}件，其中予以公开{total(OPEN)}件、"
        f"部分公开{total(PARTLY)}件、不予公开{group(REFUSED)}件、无法提供{group(UNABLE)}件、"
        f"不予处理{group(UNPROCESSED)}件、其他处理{group(other)}件；"
        f"结转下年度继续办理{total(CARRIED_OUT)}件。"
        f"因政府信息公开引起的行政复议{sum(year.review)}件、行政诉讼{lawsuits}件。"
    )


def _in_force(year: Year) -> str:
    regulations = f"规章{year.regulations[2]}部、" if year.regulations[2] else ""
    verb = "对外公开" if year.year < 2021 else "现行有效"
    return f"截至年底，{verb}{regulations}规范性文件{year.documents[2]}件。"


def _listed(texts: Sequence[str]) -> str:
    numbered = (f"{_ORDINALS[place]}是{text}" for place, text in enumerate(texts))
    return "；".join(numbered) + "。"


def drawn(year: Year, truth: Truth) -> bytes:
    """Return the file of one year in the form that `year.file` names."""
    page = HtmlQuirks(
        meta_tags=True,
        chrome=year.year % 2 == 1,
        metadata_table=year.year == 2023,
        split_results=year.year == 2019,
    )
    forms: dict[str, Callable[[Truth], bytes]] = {
        "html": lambda t: redraw.html(t, page),
        "docx": redraw.docx,
        "xlsx": redraw.xlsx,
        "txt": redraw.word_dump,
        "pdf": lambda t: redraw.pdf(t, PdfQuirks(cut={"（四）无法提供": 4})),
    }
    return forms[year.file](truth)


def huaibei() -> Truth:
    """Return the published figures of 淮北市人民政府 2021, without any of its prose."""
    outcomes: dict[str, Counts] = {
        OPEN: 209,
        PARTLY: 33,
        REFUSED[0]: 2,
        REFUSED[1]: 1,
        REFUSED[3]: 4,
        REFUSED[4]: 1,
        REFUSED[6]: 1,
        REFUSED[7]: 1,
        UNABLE[0]: 57,
        UNABLE[1]: 6,
        UNPROCESSED[0]: 1,
        OTHER_REST: 12,
    }
    second: dict[str, tuple[int | str, ...]] = {
        "规章": (0, 1, 2),
        "行政规范性文件": (116, 182, 705),
        "行政许可": (14174,),
        "行政处罚": (8583,),
        "行政强制": (302,),
        "行政事业性收费": (33588,),
    }
    cells = {
        **table2("2021", second),
        **table3(outcomes, carried_in=2, carried_out=5),
        **table4((2, 1, 1, 1), (0, 1, 0, 0)),
    }
    return Truth("淮北市人民政府", 2021, "2021", cells)


def printed_numbers(truth: Truth) -> dict[str, dict[str, dict[str, str]]]:
    """Return the number of every cell that prints one: table → printed row → column → value."""
    numbers: dict[str, dict[str, dict[str, str]]] = {}
    for (table, row, column), printed in truth.cells.items():
        value = redraw.reading(printed)["value"]
        if value is not None:
            numbers.setdefault(str(table), {}).setdefault(truth.label(row), {})[column] = value
    return numbers


def every() -> Iterator[tuple[str, Truth, bytes]]:
    """Yield name, content and bytes of every sample."""
    for publisher in (CITY, DISTRICT, BUREAU):
        for year, truth in truths(publisher):
            name = f"{publisher.slug}-{year.year}.{year.file}"
            yield name, truth, drawn(year, truth)
    yield "huaibei-2021.html", huaibei(), redraw.html(huaibei())


def cells_text() -> str:
    """Return the content of CELLS, a line a file."""
    lines = (
        f"{json.dumps(name)}: {json.dumps(printed_numbers(truth), ensure_ascii=False)}"
        for name, truth, _ in every()
    )
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main() -> None:
    """Write every sample, and what they print."""
    FOLDER.mkdir(exist_ok=True)
    for name, _, data in every():
        (FOLDER / name).write_bytes(data)
    CELLS.write_text(cells_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
