using System.Text.Json;

namespace Understudy.Cli.Tests;

/// <summary>At a host that says what the test does.</summary>
public sealed class EdgeRolloutCommandTests
{
    [Fact]
    public async Task Rollout_HostStartsAgainMeanwhile_IsFollowedToItsEnd()
    {
        var run = await RunAsync((202, ""), (503, ""), (200, Operation("running")), (200, Operation("succeeded", "completed", "harbour")));

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("completed", run.Json.GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task Rollout_KeyDoesNotOpenTheOperation_SaysThatItGoesOn()
    {
        var run = await RunAsync((202, ""), (401, ""));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("The rollout goes on at the host", run.Json.GetProperty("error").GetString());
        Assert.Contains("UNDERSTUDY_HOST_KEY", run.Json.GetProperty("error").GetString());
    }

    [Fact]
    public async Task Rollout_NoSites_IsOneObjectAndFails()
    {
        var run = await RunAsync((202, ""), (200, Operation("succeeded", "no-sites")));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("No agent of a site", run.Json.GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("completed", 0, "harbour")]
    [InlineData("completed", 1)]
    [InlineData("superseded", 1, "harbour")]
    [InlineData("rolled-back", 1, "harbour")]
    public async Task Rollout_Ends_TheExitCodeSaysWhetherASiteServesTheRelease(string outcome, int code, params string[] updated)
    {
        var run = await RunAsync((202, ""), (200, Operation("succeeded", outcome, updated)));

        Assert.Equal((code, outcome), (run.ExitCode, run.Json.GetProperty("outcome").GetString()));
    }

    [Theory]
    [InlineData("nosuch", 200, "site 'nosuch' has never reported for this task (known: harbour, quay); waiting up to 60 minutes")]
    [InlineData("nosuch", 401, null)]
    [InlineData("quay", 200, null)]
    public async Task Rollout_NamesASite_SaysWhereThatHasNeverReported(string site, int status, string? note)
    {
        using var host = ScriptedHost.Start();
        var running = CliRun.Of("edge", "rollout", "--task", "mood", "--site", site, "--url", host.Url, "--json");
        await host.AnswerAsync(status, status == 200 ? """{"task":"mood","sites":[{"site":"harbour"},{"site":"quay"}]}""" : "");
        await host.AnswerAsync(202, "");
        await host.AnswerAsync(200, Operation("succeeded", "completed", site));

        var run = await running;

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(note is not null, run.Error.Contains("never reported"));
        Assert.Contains(note ?? "", run.Error);
    }

    private static string Operation(string status, string? outcome = null, params string[] updated) => JsonSerializer.Serialize(new
    {
        status,
        result = outcome is null ? null : new { task = "mood", version = "v1", package = "p", outcome, updated, failed = Array.Empty<string>(), away = Array.Empty<string>() },
    });

    private static async Task<CliRun> RunAsync(params (int Status, string Body)[] answers)
    {
        using var host = ScriptedHost.Start();
        var running = CliRun.Of("edge", "rollout", "--task", "mood", "--url", host.Url, "--json");
        foreach (var (status, body) in answers)
        {
            await host.AnswerAsync(status, body);
        }

        return await running;
    }
}
