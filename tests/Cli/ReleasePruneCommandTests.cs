using System.Text.Json;

namespace Understudy.Cli.Tests;

public sealed class ReleasePruneCommandTests
{
    private const string Report =
        """{"task":"mood","keep":2,"dryRun":true,"releases":[{"version":"v2","removed":false,"reason":"stable points to it","bytes":1500000},{"version":"v1","removed":true,"reason":"nothing needs it","bytes":10}],"packages":[]}""";

    /// <summary>What the last call was opened with.</summary>
    private string? _key;

    [Fact]
    public async Task Prune_Json_IsWhatTheHostDid()
    {
        var (run, path, body) = await RunAsync(200, Report, "--keep", "2", "--dry-run", "--json");

        Assert.Equal((0, "/api/tasks/mood/releases/prune"), (run.ExitCode, path));
        Assert.Equal((2, true), (body.GetProperty("keep").GetInt32(), body.GetProperty("dryRun").GetBoolean()));
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(Report).RootElement, run.Json), run.Output);
    }

    [Fact]
    public async Task Prune_ForAPerson_SaysWhatGoesAndWhy()
    {
        var (run, _, body) = await RunAsync(200, Report);

        Assert.Equal((3, false), (body.GetProperty("keep").GetInt32(), body.GetProperty("dryRun").GetBoolean()));
        Assert.Matches(@"mood/v2 *│ *stay *│ *stable points to it *│ *1\.50", run.Output);
        Assert.Matches(@"mood/v1 *│ *go *│ *nothing needs it", run.Output);
    }

    [Fact]
    public async Task Prune_HostRefuses_Fails()
    {
        var (run, _, _) = await RunAsync(409, """{"detail":"What site 'harbour' needs cannot be told."}""");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("answered 409", run.Error);
        Assert.Contains("harbour", run.Error);
    }

    [Fact]
    public async Task Prune_HostAsksForAKey_NamesTheVariable()
    {
        var (run, _, _) = await RunAsync(401, "");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("answered 401: it asks for a function key. Put one that opens this route into UNDERSTUDY_HOST_KEY.", run.Error);
    }

    [Fact]
    public async Task Prune_KeyInTheEnvironment_IsSent()
    {
        Environment.SetEnvironmentVariable("UNDERSTUDY_HOST_KEY", "a key of this test");
        try
        {
            await RunAsync(200, Report);
            Assert.Equal("a key of this test", _key);
        }
        finally
        {
            Environment.SetEnvironmentVariable("UNDERSTUDY_HOST_KEY", null);
        }
    }

    [Fact]
    public async Task Prune_NoHost_SaysHowToStartOne()
    {
        var run = await CliRun.Of("release", "prune", "--task", "mood", "--url", $"http://127.0.0.1:{ScriptedHost.FreePort()}");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("./run serve", run.Error);
    }

    private async Task<(CliRun Run, string Path, JsonElement Body)> RunAsync(int status, string answer, params string[] args)
    {
        using var host = ScriptedHost.Start();
        var running = CliRun.Of(["release", "prune", "--task", "mood", "--url", host.Url, .. args]);
        var (path, sent) = ("", default(JsonElement));
        await host.AnswerAsync(status, answer, async request =>
        {
            using var body = await JsonDocument.ParseAsync(request.InputStream, default, TestContext.Current.CancellationToken);
            (path, sent, _key) = (request.Url!.AbsolutePath, body.RootElement.Clone(), request.Headers["x-functions-key"]);
        });
        return (await running, path, sent);
    }
}
