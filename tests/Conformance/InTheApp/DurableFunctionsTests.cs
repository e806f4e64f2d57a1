using System.Net;
using System.Net.Http.Json;
using Understudy.Functions.Conformance;

namespace Understudy.Conformance.Tests.InTheApp;

/// <summary>
/// The suites on Durable Functions: on the running app that <c>UNDERSTUDY_FUNCTIONS_URL</c> names (its key, if it asks for one, in
/// <c>UNDERSTUDY_FUNCTIONS_KEY</c>), which has this assembly's path in <c>Conformance__Assembly</c>, one instance, and a task hub for itself.
/// </summary>
public sealed class DurableFunctionsTests
{
    private static readonly Uri? App = Environment.GetEnvironmentVariable("UNDERSTUDY_FUNCTIONS_URL") is { Length: > 0 } url ? new(url) : null;

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromMinutes(4) };

    public static IEnumerable<TheoryDataRow<string, string>> Tests => App is null ? [] : AppSuites.All.Select(one => new TheoryDataRow<string, string>(one.Suite, one.Test));

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Tests))]
    public async Task Suite_OnDurableFunctions_Holds(string suite, string test)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(App!, $"conformance/{suite}/{test}"));
        if (Environment.GetEnvironmentVariable("UNDERSTUDY_FUNCTIONS_KEY") is { Length: > 0 } key)
        {
            request.Headers.Add("x-functions-key", key);
        }

        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode != HttpStatusCode.NotFound, $"{App} runs no such test. Give the app the setting Conformance__Assembly={typeof(AppSuites).Assembly.Location}.");
        response.EnsureSuccessStatusCode();
        var result = (await response.Content.ReadFromJsonAsync<ConformanceResult>(TestContext.Current.CancellationToken))!;

        Assert.SkipWhen(result.Outcome == ConformanceResult.Skipped, result.Message ?? "");
        Assert.True(result.Outcome == ConformanceResult.Passed, result.Message);
    }
}
