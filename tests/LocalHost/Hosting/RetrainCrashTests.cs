using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Understudy.Inference.Releases;
using Understudy.LocalHost.Storage;
using Understudy.Tests;

namespace Understudy.LocalHost.Tests.Hosting;

/// <summary>Kills the host, and the trainer in it, again and again while a student is retrained. <c>UNDERSTUDY_KILLS</c> says how often; a few by default.</summary>
public sealed class RetrainCrashTests : IDisposable
{
    private static readonly string[] Words = ["win", "agenda", "refund", "invoice"];

    private readonly TemporaryFolder _folder = new();

    private static int Kills => int.TryParse(Environment.GetEnvironmentVariable("UNDERSTUDY_KILLS"), CultureInfo.InvariantCulture, out var kills) ? kills : 4;

    [Fact]
    public async Task Kill_AgainAndAgain_EndsInOneReleaseThatServes()
    {
        await TestModels.WriteAsync(_folder.At("models"));
        string? location = null;
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var host = await HostProcess.StartAsync(_folder, "--Retraining:Automatic=false", "--Retraining:ShadowSeconds=1");
            location ??= await BeginAsync(host);
            // Later and later, so that every step is hit; with many kills some fall after the end, and harm nothing then.
            var until = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(until) < TimeSpan.FromMilliseconds(60 * (kill + 1)) && await StatusAsync(host, location) is "pending" or "running")
            {
            }

            await host.KillAsync();
        }

        await using var last = await HostProcess.StartAsync(_folder, "--Retraining:Automatic=false");
        await Eventually.UntilAsync(() => StatusAsync(last, location!), status => status is not ("pending" or "running"), "the retraining ends");

        var operation = await last.Http.GetFromJsonAsync<JsonElement>(location, TestContext.Current.CancellationToken);
        Assert.Equal("succeeded", operation.GetProperty("status").GetString());
        Assert.True(operation.GetProperty("result").GetProperty("accepted").GetBoolean(), operation.ToString());
        using var catalog = new ReleaseCatalog(_folder.At("models"));
        Assert.Equal(("v1", TestModels.First), (catalog.Channel(TestModels.Task, "stable"), catalog.Channel(TestModels.Task, "previous")));
        Assert.Equal([TestModels.First, TestModels.Second, "v1"], catalog.List(TestModels.Task).Select(release => release.Version).Order());
        Assert.Empty(ReleaseValidator.Validate(_folder.At("models", TestModels.Task, "v1")));
        Assert.Empty(Directory.EnumerateDirectories(_folder.At("models", TestModels.Task), ".staging*"));
    }

    [Fact]
    public async Task Kill_InTheShadow_KeepsWhatWasCounted()
    {
        await TestModels.WriteAsync(_folder.At("models"));
        string location;
        await using (var first = await HostProcess.StartAsync(_folder, "--Retraining:Automatic=false", "--Retraining:ShadowSeconds=20", "--Retraining:ShadowInputs=60"))
        {
            location = await BeginAsync(first);
            await ShadowSaysAsync(first, location, "Of 0 live inputs");
            var answered = await first.Http.PostAsJsonAsync("/api/tasks/mail/infer", new { inputs = Enumerable.Range(0, 60).Select(i => $"{Words[i % 4]} of number {i}") }, TestContext.Current.CancellationToken);
            answered.EnsureSuccessStatusCode();
            await ShadowSaysAsync(first, location, "Of 60 live inputs");
            await first.KillAsync();
        }

        await using var last = await HostProcess.StartAsync(_folder, "--Retraining:Automatic=false");
        var operation = await Eventually.UntilAsync(
            () => last.Http.GetFromJsonAsync<JsonElement>(location, TestContext.Current.CancellationToken), one => one.GetProperty("status").GetString() is not ("pending" or "running"), "the retraining ends");

        Assert.Contains("Of 60 live inputs its students answer", operation.GetProperty("result").GetProperty("reasons").ToString());
        Assert.True(operation.GetProperty("result").GetProperty("accepted").GetBoolean(), operation.ToString());
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<string> BeginAsync(HostProcess host)
    {
        var lessons = new StringBuilder();
        for (var i = 0; i < 2000; i++)
        {
            lessons.Append(CultureInfo.InvariantCulture, $"{{\"text\":\"{Words[i % 4]} in text number {i}\",\"teacher\":{{\"label\":\"{(i % 2 == 0 ? "spam" : "ham")}\"}}}}\n");
        }

        await AzuriteClients.Create(host.Storage).GetBlobContainerClient("teacher-outputs").GetBlobClient("mail/lessons.jsonl")
            .UploadAsync(new BinaryData(lessons.ToString()), overwrite: true, TestContext.Current.CancellationToken);
        var accepted = await host.Http.PostAsync("/api/tasks/mail/retrain", null, TestContext.Current.CancellationToken);
        return accepted.EnsureSuccessStatusCode().Headers.Location!.OriginalString;
    }

    private static Task ShadowSaysAsync(HostProcess host, string location, string what) => Eventually.UntilAsync(
        async () => (await host.Http.GetFromJsonAsync<JsonElement>(location, TestContext.Current.CancellationToken)).ToString(), operation => operation.Contains(what, StringComparison.Ordinal), $"the shadow says '{what}'");

    private static async Task<string> StatusAsync(HostProcess host, string location) =>
        (await host.Http.GetFromJsonAsync<JsonElement>(location, TestContext.Current.CancellationToken)).GetProperty("status").GetString()!;
}
