using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Understudy.Edge.Reports;
using Understudy.Edge.Updates;
using Understudy.Inference.Sites;
using Understudy.Tests;

namespace Understudy.Edge.Tests;

/// <summary>An agent in this process, on a data folder of the test's. Until it is started it only does what the test tells it to.</summary>
internal sealed class TestSite : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestSite(WebApplication app) => _app = app;

    public HttpClient Http { get; private set; } = null!;

    public SiteStatus Status => Service<StatusReporter>().StatusOf(TestModels.Task);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TestSite Build(string data, string storage, string site, params string[] args)
    {
        string[] all = [$"--Edge:Storage={storage}", "--Edge:PollSeconds=0.05", "--Edge:CloudPauseSeconds=0", .. args];
        return new(EdgeApp.Build(new(site, "http://127.0.0.1:0", data), all));
    }

    public static async Task<TestSite> StartAsync(string data, string storage, string site, params string[] args)
    {
        var built = Build(data, storage, site, args);
        await built.StartAsync();
        return built;
    }

    public async Task StartAsync()
    {
        await _app.StartAsync(Cancelled);
        Http = new() { BaseAddress = new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };
    }

    public T Service<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public Task<IReadOnlyList<string>> LookAsync() => Service<SiteUpdater>().LookAsync(Cancelled);

    public Task RestoreAsync() => Service<ReleaseSwap>().RestoreAsync(Cancelled);

    /// <summary>Waits until a release serves.</summary>
    public Task ServesAsync(string version) => Eventually.TrueAsync(() => Task.FromResult(Status.Version == version), $"release {version} serves");

    /// <summary>Posts an input and gives the answer.</summary>
    public async Task<JsonElement> AskAsync(string input, string path = "/infer")
    {
        using var response = await Http.PostAsJsonAsync(path, new { input }, Cancelled);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        Assert.True(response.IsSuccessStatusCode, answer.GetRawText());
        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}
