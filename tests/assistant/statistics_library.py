"""A small library to 2018: the national form of a city, an older form of its education bureau.

Owns the two statistics tables that tests/cases/statistics_questions.yaml asks about; the rest of
the library is a report of 2023 from the samples.

Leaves to others: the questions and what is expected of them.
"""

from __future__ import annotations

from pathlib import Path

from indexer.loaders import Loader
from indexer.pipeline import index_paths
from indexer.store import Store

SAMPLES = Path(__file__).parents[2] / "indexer" / "samples"
#: 统计指标｜单位｜统计数; rows without a unit head a part.
NATIONAL = """
一、主动公开情况||
（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）|条|3,366
其中：主动公开规范性文件数|条|12
制发规范性文件总数|件|14
（二）通过不同渠道和方式公开政府信息的情况||
1.政府公报公开政府信息数|条|0
2.政府网站公开政府信息数|条|2,901
3.政务微博公开政府信息数|条|211
4.政务微信公开政府信息数|条|640
5.其他方式公开政府信息数|条|57
二、回应解读情况||
（一）回应公众关注热点或重大舆情数（不同方式回应同一热点或舆情计1次）|次|18
（二）通过不同渠道和方式回应解读的情况||
1.参加或举办新闻发布会总次数|次|6
其中：主要负责同志参加新闻发布会次数|次|2
2.政府网站在线访谈次数|次|4
其中：主要负责同志参加政府网站在线访谈次数|次|1
3.政策解读稿件发布数|篇|35
4.微博微信回应事件数|次|9
三、依申请公开情况||
（一）收到申请数|件|74
1.当面申请数|件|9
2.传真申请数|件|0
3.网络申请数|件|41
4.信函申请数|件|24
（二）申请办结数|件|73
1.按时办结数|件|70
2.延期办结数|件|3
（三）申请答复数|件|72
1.属于已主动公开范围数|件|13
2.同意公开答复数|件|30
3.同意部分公开答复数|件|6
4.不同意公开答复数|件|8
其中：涉及国家秘密|件|1
涉及商业秘密|件|0
涉及个人隐私|件|3
危及国家安全、公共安全、经济安全和社会稳定|件|0
不是《条例》所指政府信息|件|2
法律法规规定的其他情形|件|2
5.不属于本行政机关公开数|件|10
6.申请信息不存在数|件|5
7.告知作出更改补充数|件|
四、行政复议数量|件|4
（一）维持具体行政行为数|件|3
（二）被依法纠错数|件|1
（三）其他情形数|件|0
五、行政诉讼数量|件|2
（一）维持具体行政行为或者驳回原告诉讼请求数|件|2
（二）被依法纠错数|件|0
六、举报投诉数量|件|/
七、依申请公开信息收取的费用|万元|0.036
八、机构建设和保障经费情况||
（一）政府信息公开工作专门机构数|个|1
（二）设置政府信息公开查阅点数|个|7
（三）从事政府信息公开工作人员数|人|5
1.专职人员数（不包括政府公报及政府网站工作人员数）|人|2
2.兼职人员数|人|3
（四）政府信息公开专项经费（不包括用于政府公报编辑管理及政府网站建设维护等方面的经费）|万元|
九、政府信息公开会议和培训情况||
（一）召开政府信息公开工作会议或专题会议数|次|15
（二）举办各类培训班数|次|11
（三）接受培训人员数|人次|118
"""
#: 指标｜单位｜代码｜本期｜累计
OLDER = """
主动公开文件数|件|1|28,140|301,552
其中：网站公开|件|2|26,003|288,120
政府公报公开|件|3|412|3,980
受理依申请公开信息总数|件|4|1,204|8,866
其中：当面申请数|件|5|133|1,020
传真申请数|件|6|0|14
电子邮件申请数|件|7|98|
网上申请数|件|8|611|4,400
信函申请数|件|9|362|2,900
对申请的答复总数|件|10|1,190|8,790
其中：同意公开|件|11|688|5,012
同意部分公开|件|12|91|640
不予公开|件|13|77|588
其他类型|件|14|334|2,550
便民大厅接待数|人次|15|29|310
政府信息公开收费减免金额|元|16|1250.50|6,300.00
行政复议数|件|17|52|377
行政诉讼数|件|18|31|190
行政申诉、举报数|件|19||7
"""


def build_statistics_library(data: Path, files: Path) -> None:
    """Write the two reports into `files` and index them, with one of 2023, into `data`."""
    heads = ("统计指标|单位|统计数", "指标|单位|代码|本期|累计")
    reports = {"示例市人民政府": (heads[0], NATIONAL), "示例市教育局": (heads[1], OLDER)}
    paths = [SAMPLES / "city-2023.html"]
    for organ, (head, rows) in reports.items():
        paths.append(files / f"{organ}.html")
        paths[-1].write_text(_page(organ, [head, *rows.strip().split("\n")]), encoding="utf-8")
    with Store.create(data) as store, Loader() as loader:
        index_paths(paths, store, loader=loader, on_progress=lambda _: None, embedder=None)


def _page(organ: str, rows: list[str]) -> str:
    cells = ("".join(f"<td>{cell}</td>" for cell in row.split("|")) for row in rows)
    table = "".join(f"<tr>{row}</tr>" for row in cells)
    title = f"{organ}2018年政府信息公开工作年度报告"
    return (
        f"<html><head><meta charset=utf-8><title>{title}</title></head><body><h1>{title}</h1>"
        f"<p>所列数据统计期限自2018年1月1日起至2018年12月31日止。</p><p>一、概述</p>"
        f"<p>本机关安排专人受理申请。</p><p>政府信息公开情况统计表</p>"
        f"<table border=1>{table}</table></body></html>"
    )
