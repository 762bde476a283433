//! Reports go to terminals, into CI's logs and the service's own: no secret may stand in one.

use super::*;

#[test]
fn no_secret_is_shown_however_wrong_it_is() {
    let long = format!("\"MARKER{}\"", "x".repeat(5_000));
    let configuration = "[[playback_configuration]]\nname = \"news\"\n\
                         video_content_source_url = \"https://origin.example.com/live\"\n";
    for value in [long.as_str(), "{ a = \"MARKER\" }", "[\"MARKER\"]", "{ MARKER = 7 }"] {
        for file in [
            format!("[control_api]\naccess_key_id = \"id\"\nsecret_access_key = {value}"),
            format!("[logs.parquet]\nurl = \"s3://logs\"\nsecret_access_key = {value}"),
            format!("[creatives.s3]\nbucket = \"ads\"\nsecret_access_key = {value}"),
            format!("[store]\nurl = {value}"),
            format!(
                "{configuration}[playback_configuration.ad_decision_server_configuration]\n\
                 http_request.headers = {{ ok = \"MARKER\", authorization = {value} }}"
            ),
        ] {
            let report = check(&file);
            let hidden = !report.to_string().replace("`MARKER`", "").contains("MARKER");
            assert!(!report.errors.is_empty() && hidden, "{file}\n{report}");
        }
    }
}

#[test]
fn urls_with_credentials_are_refused_and_those_not_shown() {
    let url = |host: &str| format!("\"https://user:MARKER@{host}.example.com/live\"");
    let file = format!(
        "public_url = {}\n[[playback_configuration]]\nname = \"news\"\n\
         video_content_source_url = {}\nad_decision_server_url = {}\nslate_ad_url = {}\n",
        url("public"),
        url("origin"),
        url("ads"),
        url("slate")
    );
    insta::assert_snapshot!(check(&file), @r#"
    error: line 1, column 14: `public_url` is `"https://…@public.example.com/live"`; expected no name and password before the host; they are not used
    error: line 4, column 28: `playback_configuration[0].video_content_source_url` is `"https://…@origin.example.com/live"`; expected no name and password before the host; they are not used
    error: line 5, column 26: `playback_configuration[0].ad_decision_server_url` is `"https://…@ads.example.com/live"`; expected no name and password before the host; they are not used
    error: line 6, column 16: `playback_configuration[0].slate_ad_url` is `"https://…@slate.example.com/live"`; expected no name and password before the host; they are not used
    "#);
}
