//! How fast rows are mapped and the rows made of them checked: `cargo run --release -p yishu -p lake --example map_and_check [ROWS]`.
#![allow(clippy::print_stdout, reason = "an example speaks to who runs it")]

use std::sync::Arc;
use std::time::Instant;

use lake::check::{CheckRequest, Lookups};
use lake::landing::{Cells, check_cells};
use lake::map::Mapper;
use standards::pack::Packs;

const AT_A_TIME: usize = 8_192;

fn main() -> kernel::Result<()> {
    let rows: usize = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(100_000);
    let packs = Packs::builtin().map_err(|e| kernel::Error::internal(e.to_string()))?;
    let day = chrono::NaiveDate::from_ymd_opt(2026, 1, 5).unwrap_or_default();
    let Some((_, mapping)) = packs.mapping("licence-2016-to-2018") else { return Ok(()) };
    let mapper = Mapper::compile(&packs, mapping, day, &Arc::new(Lookups::default()))?;
    let request = CheckRequest::new(Arc::clone(&packs), mapping.target.clone(), day);
    let given: Vec<Cells> = (0..AT_A_TIME).map(licence).collect();
    let (mut mapped, mut checked) = (0.0, 0.0);
    let mut done = 0;
    while done < rows {
        let begun = Instant::now();
        let made = mapper.map_cells(&given)?;
        mapped += begun.elapsed().as_secs_f64();
        let made: Vec<Cells> = made.iter().map(|row| mapper.named(row)).collect();
        let begun = Instant::now();
        check_cells(&request, &made)?;
        checked += begun.elapsed().as_secs_f64();
        done += AT_A_TIME;
    }
    let speed = |seconds: f64| done as f64 / seconds;
    println!("{done} rows: mapped {:.0} rows/s, checked {:.0} rows/s", speed(mapped), speed(checked));
    println!("both {:.0} rows/s on one thread", speed(mapped + checked));
    Ok(())
}

fn licence(n: usize) -> Cells {
    [
        ("XK_WSH", format!("东市监食许〔2017〕{n}号")),
        ("XK_XMMC", "食品经营许可".to_owned()),
        ("XK_SPLB", "普通".to_owned()),
        ("XK_NR", "预包装食品销售".to_owned()),
        ("XK_XDR", "东莞示例食品有限公司".to_owned()),
        ("XK_XDR_SHXYM", "91441900MA0DEM013W".to_owned()),
        ("XK_FR", "张三".to_owned()),
        ("XK_JDRQ", "2017/09/29".to_owned()),
        ("XK_JZQ", "2022/09/28".to_owned()),
        ("XK_XZJG", "东莞市示例监督管理局".to_owned()),
        ("XK_ZT", "0".to_owned()),
    ]
    .into_iter()
    .map(|(k, v)| (k.to_owned(), v))
    .collect()
}
