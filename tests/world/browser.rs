//! Swagger UI in a real browser (headless Chromium through chromedriver, W3C WebDriver): it loads with nothing but what this
//! server serves, opens on the main job, takes a token with one click, posts the appointment and pulls plan status.
//! Skipped, with a word, where Chromium or chromedriver is not installed.

mod driver;

use crate::world::{World, alone};
use driver::{Browser, Fallible};
use fantoccini::{Client, Locator};
use serde_json::Value;
use std::time::Duration;

/// How long the page may take for any one thing.
const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn a_newcomer_posts_an_appointment_from_the_page() {
    let Some(browser) = Browser::find() else {
        eprintln!("Chromium or chromedriver is not installed: the page is not tried");
        return;
    };
    alone(|world| browser.visit(&async |page| visit(world, page).await));
}

async fn visit(world: &World, page: &Client) -> Fallible {
    page.goto(&format!("{}/swagger-ui/", world.root)).await?;
    element(page, ".opblock-tag-section .opblock").await?;
    nothing_came_from_elsewhere(world, page).await?;
    opens_on_the_main_job(page).await?;
    authorises(page).await?;

    let answer = executes(page, "appointCoordinator").await?;
    assert_eq!(answer["parameter"][0]["name"], "return", "{answer}");
    assert_eq!(answer["parameter"][0]["resource"]["resourceType"], "CareTeam", "{answer}");
    let answer = executes(page, "pullPlanStatus").await?;
    let parts = answer["parameter"][0]["part"].as_array().expect("parts");
    assert!(parts.iter().any(|part| part["name"] == "koordinator"), "the appointment is not seen: {answer}");
    nothing_came_from_elsewhere(world, page).await
}

/// Every resource the page fetched came from this server, and came.
async fn nothing_came_from_elsewhere(world: &World, page: &Client) -> Fallible {
    let script = "return performance.getEntriesByType('navigation').concat(performance.getEntriesByType('resource'))\
                  .map(entry => [entry.name, entry.responseStatus]);";
    let fetched = page.execute(script, Vec::new()).await?;
    let fetched = fetched.as_array().expect("entries");
    assert!(fetched.len() > 5, "{fetched:?}");
    for entry in fetched {
        let (name, status) = (entry[0].as_str().expect("a URL"), entry[1].as_u64());
        if name.starts_with("data:") {
            continue;
        }
        assert!(name.starts_with(&format!("{}/", world.root)), "{name} is fetched from elsewhere");
        assert_eq!(status, Some(200), "{name}");
    }
    Ok(())
}

/// The first section is the main job, it is open, and its first operation is the appointment.
async fn opens_on_the_main_job(page: &Client) -> Fallible {
    let script = "return [document.title, document.querySelector('.opblock-tag').textContent, \
                  Array.from(document.querySelectorAll('.opblock')).map(block => block.id)];";
    let seen = page.execute(script, Vec::new()).await?;
    assert_eq!(seen[0], "Varde API");
    assert!(seen[1].as_str().is_some_and(|tag| tag.starts_with("Main job")), "{seen}");
    let operations: Vec<&str> = seen[2].as_array().expect("operations").iter().filter_map(Value::as_str).collect();
    let expected =
        ["appointCoordinator", "endAppointment", "pullPlanStatus"].map(|id| format!("operations-Main_job-{id}"));
    assert_eq!(operations, expected, "the other sections are closed");
    Ok(())
}

/// One click on Authorize in the form, with the persona that stands there.
async fn authorises(page: &Client) -> Fallible {
    element(page, ".auth-wrapper .btn.authorize").await?.click().await?;
    // The second form is OAuth's; the first takes a token one already has.
    let form = "//div[contains(@class,'auth-container')][.//input[@id='client_id_clientCredentials']]";
    let client = xpath(page, &format!("{form}//input[@id='client_id_clientCredentials']")).await?;
    assert_eq!(client.prop("value").await?.as_deref(), Some("epj-helse-bergen"));
    xpath(page, &format!("{form}//button[contains(@class,'authorize')]")).await?.click().await?;
    xpath(page, "//div[contains(@class,'auth-container')]//button[normalize-space()='Logout']").await?;
    element(page, ".modal-ux .btn-done").await?.click().await?;
    element(page, ".auth-wrapper .btn.authorize.locked").await?;
    Ok(())
}

/// Opens an operation, executes its example as it stands, and reads the answer.
async fn executes(page: &Client, operation: &str) -> Fallible<Value> {
    let block = format!("#operations-Main_job-{operation}");
    element(page, &format!("{block} .opblock-summary-control")).await?.click().await?;
    let execute = element(page, &format!("{block} .btn.execute")).await?;
    page.execute("arguments[0].scrollIntoView({ block: 'center' });", vec![serde_json::to_value(&execute)?]).await?;
    execute.click().await?;
    let status = element(page, &format!("{block} .live-responses-table tr.response td.response-col_status")).await?;
    let status = status.text().await?;
    let code = format!("{block} .live-responses-table tr.response .response-col_description pre");
    let body = element(page, &code).await?.prop("textContent").await?.unwrap_or_default();
    assert!(status.starts_with("200"), "{operation}: {status}: {body}");
    Ok(serde_json::from_str(&body)?)
}

async fn element(page: &Client, css: &str) -> Fallible<fantoccini::elements::Element> {
    let found = page.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await;
    found.map_err(|error| format!("{css}: {error}").into())
}

async fn xpath(page: &Client, path: &str) -> Fallible<fantoccini::elements::Element> {
    let found = page.wait().at_most(PATIENCE).for_element(Locator::XPath(path)).await;
    found.map_err(|error| format!("{path}: {error}").into())
}
