/// How a report looks: by day, by night, on a phone and on paper.
///
/// Gains and losses are blue and vermilion, which every eye tells apart, and never told by colour
/// alone: signs, dashes, shapes and directions say the same.
enum PageStyle {
    /// The style sheet.
    static let sheet: StaticString = """
        :root{color-scheme:light dark;--paper:#fff;--ink:#17191c;--soft:#585f68;--rule:#d5d9de;
        --faint:#f1f3f5;--grid:#e3e6ea;--gain:#11599e;--loss:#b23607;--open:#6a4c93;
        --good:#eaf4ec;--goodline:#2c7a3f;--badback:#fdeee8;--doubt:#946200}
        @media (prefers-color-scheme:dark){:root{--paper:#15181b;--ink:#e6e8eb;--soft:#a4acb6;
        --rule:#3a4048;--faint:#1e2226;--grid:#2a2f35;--gain:#79b8ff;--loss:#ff9d76;
        --open:#c3a6ff;--good:#17251b;--goodline:#6cc483;--badback:#2d1a13;--doubt:#e0b050}}
        *{box-sizing:border-box}
        html{background:var(--paper);color:var(--ink);-webkit-text-size-adjust:100%;
        font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
        body{max-width:74rem;margin:0 auto;padding:1.2rem clamp(.8rem,3vw,2rem) 3rem;
        overflow-wrap:anywhere}
        h1,h2,.lead{font-family:Charter,"Bitstream Charter","Source Serif 4",Georgia,serif}
        h1{font-size:clamp(1.45rem,4.2vw,2.15rem);line-height:1.15;margin:.1rem 0 .5rem}
        h2{font-size:1.3rem;line-height:1.2;margin:0 0 .7rem}
        .when{color:var(--soft);font-weight:400}
        .kicker{margin:0;color:var(--soft);font-size:.85rem}
        .lead{font-size:1.12rem;line-height:1.5;max-width:46rem;margin:.3rem 0 .8rem}
        a{color:var(--gain)}
        nav{display:flex;flex-wrap:wrap;gap:.2rem 1rem;margin:0 0 1rem;font-size:.9rem}
        section{border-top:2px solid var(--ink);padding-top:.6rem;margin:2.2rem 0 0}
        p{margin:.4rem 0;max-width:46rem}
        .none,footer{color:var(--soft)}
        footer{border-top:1px solid var(--rule);margin-top:2.5rem;font-size:.85rem}
        .facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,29rem),1fr));
        gap:.1rem 2rem;margin:0;font-size:.85rem}
        .facts div{display:grid;grid-template-columns:7.2rem 1fr;gap:.5rem;padding:.12rem 0}
        .facts dt,.tiles dt{color:var(--soft)}
        dd{margin:0;min-width:0}
        .code{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;
        font-size:.9em;word-break:break-all}
        .tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(8.2rem,1fr));
        margin:0 1px 1.2rem 0}
        .tiles div{border:1px solid var(--rule);margin:0 -1px -1px 0;padding:.45rem .6rem .5rem;
        min-width:0}
        .tiles dt{font-size:.8rem;line-height:1.25}
        .tiles dd{font-size:1.25rem;line-height:1.3;font-variant-numeric:tabular-nums}
        .tiles small{display:block;font-size:.7rem;line-height:1.1;min-height:.8rem}
        .n,td.r,.xs,.ys{font-variant-numeric:tabular-nums}
        small{font-size:.68em;color:var(--soft);letter-spacing:-.01em}
        .gain{color:var(--gain)}.loss{color:var(--loss)}
        .gain small,.loss small{color:inherit;opacity:.85}
        .verdict{border:1px solid var(--goodline);border-left-width:6px;background:var(--good);
        padding:.6rem .9rem;margin-top:1.2rem}
        .verdict.bad{border-color:var(--loss);background:var(--badback)}
        .verdict h2{margin:0;font-size:1.1rem}
        .findings{margin:.5rem 0 0;padding-left:1.1rem;font-size:.9rem}
        .findings li{margin:.25rem 0}.option{white-space:nowrap}
        figure{margin:0 0 1.6rem}
        figcaption,h3{font-weight:600;margin:0;padding:0 0 .35rem;font-size:.95rem}
        .sub{margin:-.2rem 0 .4rem;font-size:.86rem;color:var(--soft)}
        .key{list-style:none;display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;margin:0 0 .4rem;
        padding:0;font-size:.82rem;color:var(--soft)}
        .swatch{width:24px;height:12px;vertical-align:-1px;overflow:visible}
        .plot{display:grid;grid-template-columns:max-content minmax(0,1fr);column-gap:.45rem;
        row-gap:.5rem}
        .plot svg{display:block;width:100%;overflow:hidden}
        .tall{height:clamp(11rem,34vw,19rem)}.mid{height:clamp(9rem,24vw,14rem)}
        .low{height:clamp(4.2rem,11vw,6.2rem)}.strip{height:1.35rem}
        .ys{position:relative;font-size:.76rem;color:var(--soft);text-align:right}
        .w{visibility:hidden;white-space:nowrap}
        .y{position:absolute;right:0;transform:translateY(50%);white-space:nowrap;line-height:1}
        .xs{position:relative;height:1.2rem;font-size:.76rem;color:var(--soft)}
        .x{position:absolute;transform:translateX(-50%);white-space:nowrap}
        .x.left{transform:none}.x.right{transform:translateX(-100%)}
        .corner{font-size:.76rem;color:var(--soft);text-align:right}
        .lanes{row-gap:0;align-items:center}
        .lane{font-size:.82rem;color:var(--soft);white-space:nowrap;padding-right:.3rem}
        .lane b{color:var(--ink);font-weight:600}
        path{fill:none;vector-effect:non-scaling-stroke}
        .grid{stroke:var(--grid);stroke-width:1}
        .zero{stroke:var(--soft);stroke-width:1}
        .line{stroke:var(--ink);stroke-width:1.8;stroke-linejoin:round}
        .marked{stroke:var(--open);stroke-width:1.1;stroke-dasharray:3 2}
        path.fall,rect.fall{fill:var(--loss);fill-opacity:.28;stroke:var(--loss);stroke-width:1}
        .price{stroke:var(--soft);stroke-width:1}
        .band{fill-opacity:.15;stroke-opacity:.22;stroke-width:1;
        vector-effect:non-scaling-stroke}
        .band.gain{fill:var(--gain);stroke:var(--gain)}
        .band.loss{fill:var(--loss);stroke:var(--loss)}
        .band.still{fill:var(--open);stroke:var(--open)}
        .dense .band{stroke:none}.dense .stop,.dense .level{stroke-opacity:.5}
        .lost{fill:var(--loss);fill-opacity:.12;stroke:var(--loss);stroke-width:1;
        stroke-dasharray:4 3;vector-effect:non-scaling-stroke}
        .way{stroke-width:2.6;stroke-linecap:round}
        .way.gain{stroke:var(--gain)}.way.loss{stroke:var(--loss);stroke-dasharray:5 4}
        .way.still{stroke:var(--open)}
        .level{stroke:var(--ink);stroke-width:.8}
        .stop{stroke:var(--doubt);stroke-width:1.2;stroke-dasharray:2 2}
        .buy{stroke:var(--ink);stroke-linecap:round;stroke-opacity:.85}
        .sell{stroke:var(--open);stroke-linecap:square;stroke-opacity:.8}
        .bar{stroke-width:2.5}.bar.gain{stroke:var(--gain)}.bar.loss{stroke:var(--loss)}
        .ninety{stroke:var(--gain);stroke-width:1.4;stroke-dasharray:4 3}
        .longest{stroke:var(--loss);stroke-width:4;stroke-linecap:round}
        .epoch{fill:var(--soft);fill-opacity:.55}.epoch.other{fill-opacity:.3}
        .pause{fill:var(--doubt);fill-opacity:.6}.gap{fill:var(--loss);fill-opacity:.5}
        .epoch,.pause,.gap{stroke:var(--paper);stroke-width:1;vector-effect:non-scaling-stroke}
        .mark{stroke-width:1.6}.mark.plain{stroke:var(--soft)}.mark.doubt{stroke:var(--doubt)}
        .mark.bad{stroke:var(--loss);stroke-width:3}
        .scroll{overflow:auto;max-height:26rem;margin:0 0 1.4rem;border-bottom:1px solid var(--rule);
        background:linear-gradient(to left,var(--paper) 40%,transparent) right/2.5rem 100% local,
        linear-gradient(to left,var(--rule),transparent) right/.8rem 100% scroll;
        background-repeat:no-repeat}
        .scroll:focus-visible{outline:2px solid var(--gain);outline-offset:2px}
        table{border-collapse:collapse;width:100%;font-size:.86rem;overflow-wrap:normal}
        th,td{padding:.22rem .6rem .22rem 0;text-align:left;vertical-align:top;white-space:nowrap;
        border-top:1px solid var(--rule)}
        thead th{position:sticky;top:0;background:var(--paper);color:var(--soft);font-weight:500;
        border-top:0;box-shadow:inset 0 -1px var(--rule);z-index:1}
        tbody th{font-weight:500;font-variant-numeric:tabular-nums}
        .r{text-align:right}td.r,th.r{padding-right:.85rem}
        td.prose{white-space:normal;overflow-wrap:anywhere;min-width:16rem}
        .gauge{display:inline-block;width:6.5rem;height:.6rem;background:var(--faint);
        border:1px solid var(--rule);vertical-align:-.02rem}
        .gauge span{display:block;height:100%;background:var(--soft)}
        .gauge .over{background:var(--loss)}
        @media (max-width:30rem){html{font-size:14px}
        .xs span:nth-child(even){display:none}
        .lanes{grid-template-columns:minmax(0,1fr)}.lanes .corner{display:none}
        .lane{line-height:1.1;padding-top:.25rem}
        .facts div{grid-template-columns:6.2rem 1fr}}
        @media print{:root{--paper:#fff;--ink:#000;--soft:#444;--rule:#bbb;--faint:#eee;
        --grid:#ddd;--gain:#0b4a86;--loss:#a02f05;--open:#563a80;--good:#fff;--goodline:#000;
        --badback:#fff;--doubt:#7a5200}
        html{font-size:10.5px;-webkit-print-color-adjust:exact;print-color-adjust:exact}
        body{max-width:none;padding:0}nav{display:none}
        .scroll{overflow:visible;max-height:none}figure,.tiles,.verdict{break-inside:avoid}
        h2,h3,figcaption{break-after:avoid}tr{break-inside:avoid}
        thead th{position:static}thead{display:table-header-group}
        table{font-size:.78em}th,td{padding-right:.35rem}td.prose{min-width:0}
        section{margin-top:1.2rem}@page{margin:14mm 12mm}}

        """
}
