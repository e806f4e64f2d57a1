using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Understudy.Cli.Tests;

/// <summary>At a host that says what the test does.</summary>
public sealed class EdgeRolloutCommandTests
{
    [Fact]
    public async Task Rollout_HostStartsAgainMeanwhile_IsFollowedToItsEnd()
    {
        var run = await RunAsync((202, ""), (503, ""), (200, Operation("running")), (200, Operation("succeeded", "completed")));

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

    private static string Operation(string status, string? outcome = null) => JsonSerializer.Serialize(new
    {
        status,
        result = outcome is null ? null : new { task = "mood", version = "v1", package = "p", outcome, updated = Array.Empty<string>(), failed = Array.Empty<string>(), away = Array.Empty<string>() },
    });

    private static async Task<CliRun> RunAsync(params (int Status, string Body)[] answers)
    {
        var url = $"http://127.0.0.1:{FreePort()}/";
        using var host = new HttpListener();
        host.Prefixes.Add(url);
        host.Start();
        var running = CliRun.Of("edge", "rollout", "--task", "mood", "--url", url, "--json");
        foreach (var (status, body) in answers)
        {
            var call = await host.GetContextAsync().WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
            call.Response.StatusCode = status;
            call.Response.ContentType = "application/json";
            if (status == 202)
            {
                call.Response.Headers["Location"] = $"{url}api/operations/o1";
            }

            call.Response.Close(Encoding.UTF8.GetBytes(body), willBlock: true);
        }

        return await running;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
