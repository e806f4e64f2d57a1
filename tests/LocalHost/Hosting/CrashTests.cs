using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Understudy.LocalHost.Storage;
using Understudy.Tests;

namespace Understudy.LocalHost.Tests.Hosting;

public sealed class CrashTests : IDisposable
{
    private const int Records = 2_000;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Kill_InTheMiddleOfABatch_EndsItAfterARestartWithEveryRecordOnce()
    {
        await TestModels.WriteAsync(_folder.At("models"));
        string location;
        var first = await HostProcess.StartAsync(_folder, "--Limits:ShardRecords=16");
        await using (first)
        {
            var body = string.Concat(Enumerable.Range(1, Records).Select(i => $"{{\"id\":\"r{i}\",\"text\":\"{(i % 3 == 0 ? "refund" : "you win")} {i}\"}}\n"));
            var accepted = await first.Http.PostAsync("/api/tasks/mail/batches", new StringContent(body, Encoding.UTF8, "application/jsonl"));
            location = accepted.EnsureSuccessStatusCode().Headers.Location!.OriginalString;
            await UntilAsync(first, location, operation => Done(operation) is > 0 and < Records, "the batch is under way");
            using var azurite = first.Azurite();

            await first.KillAsync();

            // Nothing of a killed host stays behind.
            await azurite.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await using var second = await HostProcess.StartAsync(_folder, "--Limits:ShardRecords=16");
        var finished = await UntilAsync(second, location, operation => operation.GetProperty("status").GetString() is not ("pending" or "running"), "the batch ends");

        Assert.Equal("succeeded", finished.GetProperty("status").GetString());
        var blob = finished.GetProperty("result").GetProperty("results").GetString()!;
        var results = await AzuriteClients.Create(second.Storage).GetBlobContainerClient("results").GetBlobClient(blob["results/".Length..])
            .DownloadContentAsync(TestContext.Current.CancellationToken);
        var ids = results.Value.Content.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetString());
        Assert.Equal(Enumerable.Range(1, Records).Select(i => $"r{i}"), ids);
    }

    public void Dispose() => _folder.Dispose();

    private static int Done(JsonElement operation) =>
        operation.TryGetProperty("progress", out var progress) ? progress.GetProperty("done").GetInt32() : 0;

    private static Task<JsonElement> UntilAsync(HostProcess host, string location, Func<JsonElement, bool> condition, string what) => Eventually.UntilAsync(
        () => host.Http.GetFromJsonAsync<JsonElement>(location, TestContext.Current.CancellationToken), condition, what);
}
