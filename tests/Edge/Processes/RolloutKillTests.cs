using System.Net.Http.Json;
using System.Text.Json;
using Understudy.Inference.Sites;
using Understudy.LocalHost.Storage;
using Understudy.LocalHost.Tests.Hosting;
using Understudy.Tests;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Rollouts;

namespace Understudy.Edge.Tests.Processes;

/// <summary>Host and agent as processes of their own, both killed again and again while a rollout is under way.</summary>
public sealed class RolloutKillTests : IDisposable
{
    private const string Site = "pier";
    private const int Kills = 4;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kill_HostAndAgentDuringARollout_EndsWithThePointerMovedOnce()
    {
        await TestModels.WriteAsync(_folder.At("models"));
        var random = new Random(3);
        string? operation = null;
        SiteFolder? first = null;
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var host = await StartHostAsync();
            await using var agent = await AgentProcess.StartAsync(Site, _folder.At(Site), host.Storage);
            operation ??= await StartRolloutAsync(host);
            await Task.Delay(random.Next(100, 1000), Cancelled); // the moment is what is tried
            first ??= await FolderAsync(host);
            if (kill == Kills - 1)
            {
                await Eventually.TrueAsync(async () => (first ??= await FolderAsync(host)) is not null, "the site is pointed to the release");
            }

            await agent.KillAsync();
            await host.KillAsync();
        }

        await using var lastHost = await StartHostAsync();
        await using var lastAgent = await AgentProcess.StartAsync(Site, _folder.At(Site), lastHost.Storage);
        JsonElement state = default;
        await Eventually.TrueAsync(
            async () => (state = await lastHost.Http.GetFromJsonAsync<JsonElement>(operation, Cancelled)).GetProperty("status").GetString() is not ("pending" or "running"), "the rollout ends");

        var result = state.GetProperty("result").Deserialize<RolloutResult>(DurableJson.Options)!;
        Assert.Equal((RolloutResult.Completed, Site), (result.Outcome, Assert.Single(result.Updated)));
        var folder = (await FolderAsync(lastHost))!.Tasks[TestModels.Task];
        Assert.Equal(TestModels.Second, folder.Current.Version);
        Assert.NotNull(first);
        Assert.Equal(first.Tasks[TestModels.Task].Current, folder.Current);
        using var response = await lastAgent.Http.PostAsJsonAsync("/infer", new { input = "you win" }, Cancelled);
        var answer = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        Assert.Equal(TestModels.Second, answer.GetProperty("receipt").GetProperty("release").GetString());
    }

    public void Dispose() => _folder.Dispose();

    private Task<HostProcess> StartHostAsync() => HostProcess.StartAsync(_folder, "--Rollouts:PollSeconds=0.1", "--Rollouts:SoakMinutes=0.03");

    private static async Task<string> StartRolloutAsync(HostProcess host)
    {
        using var response = await host.Http.PostAsJsonAsync($"/api/tasks/{TestModels.Task}/rollouts", new { version = TestModels.Second, sites = new[] { Site } }, Cancelled);
        return response.EnsureSuccessStatusCode().Headers.Location!.OriginalString;
    }

    private static async Task<SiteFolder?> FolderAsync(HostProcess host)
    {
        var blob = AzuriteClients.Create(host.Storage).GetBlobContainerClient("edge").GetBlobClient(SiteFolder.BlobOf(Site));
        return await blob.ExistsAsync(Cancelled) ? SiteFolder.Read((await blob.DownloadContentAsync(Cancelled)).Value.Content.ToMemory().Span) : null;
    }
}
