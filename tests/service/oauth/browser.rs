//! A browser with cookies, at the service and at a provider.

use std::collections::BTreeMap;

use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, RequestBuilder, Response, Url, redirect};
use serde_json::{Value, json};
use tests::{Answer, Kith};

/// Where the service is for browsers: nowhere, so that each step to it is the test's.
pub const PUBLIC_URL: &str = "https://users.test";

/// One browser of one person.
#[derive(Clone)]
pub struct Browser {
    http: Client,
    service: String,
    /// Of the service, by name.
    pub cookies: BTreeMap<String, String>,
    at_provider: BTreeMap<String, String>,
}

fn remember(cookies: &mut BTreeMap<String, String>, response: &Response) {
    for cookie in response.headers().get_all(SET_COOKIE) {
        let cookie = cookie.to_str().unwrap();
        let (name, rest) = cookie.split_once('=').unwrap();
        let value = rest.split(';').next().unwrap();
        if value.is_empty() || rest.contains("Max-Age=0") {
            cookies.remove(name);
        } else {
            cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

fn with(request: RequestBuilder, cookies: &BTreeMap<String, String>) -> RequestBuilder {
    let pairs: Vec<_> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    if pairs.is_empty() { request } else { request.header(COOKIE, pairs.join("; ")) }
}

impl Browser {
    pub fn new(kith: &Kith) -> Self {
        let http = Client::builder().redirect(redirect::Policy::none()).build().unwrap();
        let (cookies, at_provider) = (BTreeMap::new(), BTreeMap::new());
        Self { http, service: kith.stack.url.clone(), cookies, at_provider }
    }

    /// The same person at another browser.
    pub fn another(&self) -> Self {
        let (cookies, at_provider) = (BTreeMap::new(), BTreeMap::new());
        Self { cookies, at_provider, ..self.clone() }
    }

    /// Goes to a page of the service.
    pub async fn go(&mut self, path: &str) -> Answer {
        self.send(self.http.get(format!("{}{path}", self.service))).await
    }

    /// The same with headers that a proxy or an attacker may set.
    pub async fn go_with(&mut self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let request = self.http.get(format!("{}{path}", self.service));
        let request =
            headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        self.send(request).await
    }

    async fn send(&mut self, request: RequestBuilder) -> Answer {
        let response = with(request, &self.cookies).send().await.unwrap();
        remember(&mut self.cookies, &response);
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await.unwrap();
        Answer { status, headers, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
    }

    /// Begins a sign-in, and says where the provider is.
    pub async fn begin(&mut self, provider: &str, redirect_to: Option<&str>) -> String {
        let mut url = Url::parse("http://x/").unwrap();
        url.set_path(&format!("/v1/auth/oauth/{provider}"));
        if let Some(redirect_to) = redirect_to {
            url.query_pairs_mut().append_pair("redirect_to", redirect_to);
        }
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let answer = self.go(&format!("{}{query}", url.path())).await;
        assert_eq!(answer.status, 302, "{}", answer.body);
        answer.header("location").to_owned()
    }

    /// Signs in at the provider with these claims, agrees to everything, and
    /// says with which path of the service it sends one back.
    pub async fn consent(&mut self, authorization: &str, claims: &Value) -> String {
        let mut url = Url::parse(authorization).unwrap();
        let account = json!({"service": self.service, "claims": claims});
        let account = self.http.put(url.join("/accounts").unwrap()).json(&account);
        let login = account.send().await.unwrap().text().await.unwrap();
        for _ in 0..12 {
            let page = with(self.http.get(url.clone()), &self.at_provider).send().await.unwrap();
            remember(&mut self.at_provider, &page);
            let answer = if url.path().starts_with("/interaction/") {
                let text = page.text().await.unwrap();
                let prompt = if text.contains("value=\"login\"") { "login" } else { "consent" };
                let form = format!("prompt={prompt}&login={login}&password=x");
                let post = self.http.post(url.clone()).body(form);
                let post = post.header("content-type", "application/x-www-form-urlencoded");
                let answer = with(post, &self.at_provider).send().await.unwrap();
                remember(&mut self.at_provider, &answer);
                answer
            } else {
                page
            };
            let location =
                answer.headers().get(LOCATION).map(|url| url.to_str().unwrap().to_owned());
            let status = answer.status();
            let Some(location) = location else {
                panic!("{url}: {status} {}", answer.text().await.unwrap())
            };
            if let Some(path) = location.strip_prefix(PUBLIC_URL) {
                return path.to_owned();
            }
            url = url.join(&location).unwrap();
        }
        panic!("the provider goes round in circles")
    }

    /// The whole way: what the service answers in the end.
    pub async fn sign_in(
        &mut self,
        provider: &str,
        claims: &Value,
        redirect_to: Option<&str>,
    ) -> Answer {
        let authorization = self.begin(provider, redirect_to).await;
        let back = self.consent(&authorization, claims).await;
        self.go(&back).await
    }
}

/// A parameter of a URL's query.
pub fn parameter(url: &str, name: &str) -> Option<String> {
    let url = Url::parse(url).or_else(|_| Url::parse(&format!("http://x{url}"))).unwrap();
    url.query_pairs().find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
}
