using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Understudy.Inference.Releases;
using Understudy.Inference.Sites;
using Understudy.LocalHost.Storage;
using Understudy.LocalHost.Tests.Hosting;
using Understudy.Tests;

namespace Understudy.Edge.Tests.Processes;

/// <summary>
/// The whole loop under fire: the host, with the trainer in it, and two sites' agents are killed in turn while a student is retrained and its
/// release rolled out, again and again; a third site is away all the while. <c>UNDERSTUDY_KILLS</c> says how often; a few by default.
/// </summary>
public sealed class LoopKillTests : IDisposable
{
    private const string Away = "away";

    private static readonly string[] Near = ["pier", "quay"];
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, AgentProcess> _agents = [];
    private readonly Dictionary<string, ChannelPointer> _pointers = [];

    private HostProcess? _started;
    private int _round;

    private static int Kills => int.TryParse(Environment.GetEnvironmentVariable("UNDERSTUDY_KILLS"), CultureInfo.InvariantCulture, out var kills) ? kills : 3;

    private HostProcess Host => _started ?? throw new InvalidOperationException("No host runs.");

    private string Retrained => $"v{_round}";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kill_HostTrainerAndAgentsInTurn_EndsInOneReleaseOnEverySite()
    {
        try
        {
            await BeginAsync();
            await TeachAsync();
            var random = new Random(11);
            for (var kill = 0; kill < Kills; kill++)
            {
                await Task.Delay(random.Next(30, 600), Cancelled); // the moment is what is tried
                await SeePointersAsync();
                if (_pointers.Count > Near.Length && (await Task.WhenAll(Near.Select(ServedAsync))).All(served => served == Retrained))
                {
                    await TeachAsync();
                }

                if (kill % 4 == 1)
                {
                    var site = Near[kill / 4 % Near.Length];
                    await _agents[site].DisposeAsync();
                    await StartAgentAsync(site);
                }
                else
                {
                    await Host.KillAsync();
                    await StartHostAsync();
                }
            }

            await EndAsync();
        }
        finally
        {
            foreach (var agent in _agents.Values)
            {
                await agent.DisposeAsync();
            }

            if (_started is not null)
            {
                await _started.DisposeAsync();
            }
        }
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Three sites serve the first release; then one goes away.</summary>
    private async Task BeginAsync()
    {
        await TestModels.WriteAsync(_folder.At("models"));
        await StartHostAsync();
        string[] all = [.. Near, Away];
        foreach (var site in all)
        {
            await StartAgentAsync(site);
        }

        using (var first = await Host.Http.PostAsJsonAsync($"/api/tasks/{TestModels.Task}/rollouts", new { version = TestModels.First, sites = all }, Cancelled))
        {
            first.EnsureSuccessStatusCode();
        }

        await EveryAsync(all, TestModels.First);
        await _agents[Away].DisposeAsync();
        _agents.Remove(Away);
    }

    /// <summary>In the cloud the first release serves again, whose student knows half of the words, and there are new lessons.</summary>
    private async Task TeachAsync()
    {
        _round++;
        _pointers.Clear();
        using (var back = await Host.Http.PostAsync($"/api/tasks/{TestModels.Task}/releases/{TestModels.First}/promote", null, Cancelled))
        {
            back.EnsureSuccessStatusCode();
        }

        string[] words = ["win", "agenda", "refund", "invoice"];
        var lessons = new StringBuilder();
        for (var i = 0; i < 2000; i++)
        {
            lessons.Append(CultureInfo.InvariantCulture, $"{{\"text\":\"{words[i % 4]} in text number {i} of {_round}\",\"teacher\":{{\"label\":\"{(i % 2 == 0 ? "spam" : "ham")}\"}}}}\n");
        }

        await AzuriteClients.Create(Host.Storage).GetBlobContainerClient("teacher-outputs").GetBlobClient($"{TestModels.Task}/lessons-{_round}.jsonl")
            .UploadAsync(new BinaryData(lessons.ToString()), overwrite: true, Cancelled);
        using var retraining = await Host.Http.PostAsync($"/api/tasks/{TestModels.Task}/retrain", null, Cancelled);
        retraining.EnsureSuccessStatusCode();
    }

    /// <summary>Everything that is left to do is done, the lost site comes back, and all is as if nothing had happened.</summary>
    private async Task EndAsync()
    {
        await EveryAsync(Near, Retrained);
        await StartAgentAsync(Away);
        await EveryAsync([Away, .. Near], Retrained);
        await SeePointersAsync();

        Assert.Equal([Away, .. Near], _pointers.Keys.Order());
        using var catalog = new ReleaseCatalog(_folder.At("models"));
        Assert.Equal((Retrained, TestModels.First), (catalog.Channel(TestModels.Task, "stable"), catalog.Channel(TestModels.Task, "previous")));
        Assert.Equal([TestModels.First, TestModels.Second, .. Enumerable.Range(1, _round).Select(round => $"v{round}").Order()], catalog.List(TestModels.Task).Select(release => release.Version).Order());
        Assert.Empty(ReleaseValidator.Validate(_folder.At("models", TestModels.Task, Retrained)));
    }

    private async Task StartHostAsync()
    {
        var before = _started?.Storage;
        _started = await HostProcess.StartAsync(
            _folder, "--Retraining:Automatic=false", "--Retraining:ShadowSeconds=1", "--Rollouts:PollSeconds=0.1", "--Rollouts:SoakMinutes=0.03", "--Rollouts:CanaryShare=1", "--Rollouts:PatienceMinutes=0.15");
        foreach (var site in before is null || before == Host.Storage ? [] : _agents.Keys.ToArray())
        {
            await _agents[site].DisposeAsync(); // the storage is somewhere else now
            await StartAgentAsync(site);
        }
    }

    private async Task StartAgentAsync(string site) => _agents[site] = await AgentProcess.StartAsync(site, _folder.At(site), Host.Storage);

    private Task EveryAsync(IReadOnlyList<string> sites, string version) => Eventually.UntilAsync(
        async () => string.Join(", ", await Task.WhenAll(sites.Select(ServedAsync))), served => served == string.Join(", ", sites.Select(_ => version)), $"{string.Join(", ", sites)} serve {version}");

    private async Task<string?> ServedAsync(string site)
    {
        using var response = await _agents[site].Http.PostAsJsonAsync("/infer", new { input = "you win" }, Cancelled);
        return response.IsSuccessStatusCode
            ? (await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("receipt").GetProperty("release").GetString()
            : response.StatusCode.ToString();
    }

    /// <summary>A pointer to the retrained release moves once: whoever has seen it sees the same ever after.</summary>
    private async Task SeePointersAsync()
    {
        foreach (var site in (string[])[Away, .. Near])
        {
            var blob = AzuriteClients.Create(Host.Storage).GetBlobContainerClient("edge").GetBlobClient(SiteFolder.BlobOf(site));
            var pointer = SiteFolder.Read((await blob.DownloadContentAsync(Cancelled)).Value.Content.ToMemory().Span).Tasks[TestModels.Task].Current;
            if (pointer.Version == Retrained)
            {
                Assert.Equal(_pointers.GetValueOrDefault(site, pointer), pointer);
                _pointers[site] = pointer;
            }
        }
    }
}
