using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Understudy.LocalHost;
using Understudy.Tests;

namespace Understudy.Api.Tests.Browsers;

/// <summary>Requests as a browser makes them for pages; the local host asks nobody who they are.</summary>
public sealed class BrowserGuardTests(TestHost host)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, "https://evil.example", null, "Origin")]
    [InlineData(null, "http://127.0.0.1:1", null, "Origin")]
    [InlineData(null, "null", null, "Origin")]
    [InlineData(null, "https://evil.example", "cross-site", "Origin")]
    [InlineData(null, "http://localhost:3000", "same-site", "Origin")]
    [InlineData(null, null, "cross-site", "Sec-Fetch-Site")]
    [InlineData("evil.example", "http://evil.example", "same-origin", "Host")]
    [InlineData("127.0.0.1.evil.example:80", null, null, "Host")]
    public async Task Post_FromAnotherPage_IsRefusedAndSaysByWhatAndWhatToDo(string? name, string? origin, string? site, string header)
    {
        using var response = await SendAsync(HttpMethod.Post, $"/api/tasks/{TestModels.Task}/rollback", name, origin, site);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        Assert.Equal(header, problem.GetProperty("field").GetString());
        Assert.Contains($"header {header} is '", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Contains("Browsers:Origins", problem.GetProperty("remedy").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_ByANameThatWasMadeToLeadHere_IsRefused()
    {
        using var response = await SendAsync(HttpMethod.Get, "/api/tasks", "evil.example:7071");
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("localhost:7071", null, null)]
    [InlineData("understudy.localhost", null, null)]
    [InlineData("[::1]:7071", null, null)]
    [InlineData("localhost:7071", "http://localhost:7071", null)]
    [InlineData("localhost:7071", "http://localhost:7071", "same-origin")]
    [InlineData(null, null, "none")]
    public async Task Post_FromAProgramOrTheHostsOwnPage_IsAnswered(string? name, string? origin, string? site)
    {
        using var response = await SendAsync(HttpMethod.Post, $"/api/tasks/{TestModels.Task}/infer", name, origin, site);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Get_FromALinkOnAnotherPage_IsAnswered()
    {
        using var response = await SendAsync(HttpMethod.Get, "/api/tasks", site: "cross-site");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Post_FromAnOriginThatIsNamed_IsAnswered()
    {
        await using var open = new TestHost("--Browsers:Origins=https://pages.example; http://console.example:8080");
        await open.InitializeAsync();

        using var page = await SendAsync(HttpMethod.Post, $"/api/tasks/{TestModels.Task}/infer", null, "https://pages.example", "cross-site", open);
        using var name = await SendAsync(HttpMethod.Post, $"/api/tasks/{TestModels.Task}/infer", "console.example:8080", "http://console.example:8080", null, open);
        using var other = await SendAsync(HttpMethod.Post, $"/api/tasks/{TestModels.Task}/infer", null, "https://pages.example.evil.example", null, open);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Forbidden), (page.StatusCode, name.StatusCode, other.StatusCode));
        Assert.Equal("https://pages.example", Assert.Single(page.Headers.GetValues("Access-Control-Allow-Origin"))); // without it the browser keeps the answer from the page
        using var ask = new HttpRequestMessage(HttpMethod.Options, $"/api/tasks/{TestModels.Task}/infer")
        {
            Headers = { { "Origin", "https://pages.example" }, { "Access-Control-Request-Method", "POST" }, { "Access-Control-Request-Headers", "content-type" } },
        };
        using var may = await open.Http.SendAsync(ask, Cancelled);
        Assert.Equal("https://pages.example", Assert.Single(may.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Equal("content-type", Assert.Single(may.Headers.GetValues("Access-Control-Allow-Headers")));
    }

    [Fact]
    public async Task Start_ASettingThatIsNoOrigin_IsAProblemThatNamesIt()
    {
        await using var host = new TestHost("--Browsers:Origins=pages.example");
        var problem = await Assert.ThrowsAsync<OptionsValidationException>(async () => await host.InitializeAsync());
        Assert.Contains("Browsers:Origins: 'pages.example'", StartProblem.Describe(problem), StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? name = null, string? origin = null, string? site = null, TestHost? to = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Host = name;
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        if (site is not null)
        {
            request.Headers.Add("Sec-Fetch-Site", site);
        }

        if (method == HttpMethod.Post)
        {
            request.Content = JsonContent.Create(new { input = "you win" });
        }

        return await (to ?? host).Http.SendAsync(request, Cancelled);
    }
}
