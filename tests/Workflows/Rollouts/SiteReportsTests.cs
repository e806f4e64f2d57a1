using System.Text.Json;
using Understudy.Inference.Sites;
using Understudy.Tests;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Rollouts;

namespace Understudy.Workflows.Tests.Rollouts;

/// <summary>A site can write what it likes into its reports.</summary>
public sealed class SiteReportsTests(TestHost host)
{
    private const string Task = "reported";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1024 * 1024, true)]
    [InlineData((1024 * 1024) + 1, false)]
    public async Task Read_AReportOfSoManyBytes_IsNoneAboveOneMebibyte(int bytes, bool isOne)
    {
        var site = $"long-{bytes}";
        await WriteAsync(SiteFolder.PresenceBlob(site), JsonSerializer.SerializeToUtf8Bytes(new SitePresence(site, [Task], DateTimeOffset.UnixEpoch), SiteJson.Options), bytes);
        await WriteAsync(SiteFolder.StatusBlob(site, Task), JsonSerializer.SerializeToUtf8Bytes(new SiteStatus { Site = site, Task = Task }, SiteJson.Options), bytes);

        Assert.Equal(isOne, await host.Service<SiteReports>().PresenceAsync(site, Cancelled) is not null);
        Assert.Equal(isOne, await host.Service<SiteReports>().StatusAsync(site, Task, Cancelled) is not null);
    }

    [Fact]
    public async Task Status_ALongReason_IsCut()
    {
        var refusal = new SiteRefusal(7, null, null, new('x', 100_000), false, DateTimeOffset.UnixEpoch);
        await WriteAsync(SiteFolder.StatusBlob("talks", Task), JsonSerializer.SerializeToUtf8Bytes(new SiteStatus { Site = "talks", Task = Task, Refusal = refusal }, SiteJson.Options));

        Assert.Equal(refusal with { Reason = new('x', 500) }, (await host.Service<SiteReports>().StatusAsync("talks", Task, Cancelled))!.Refusal);
    }

    /// <param name="bytes">White space follows the content up to these.</param>
    private async Task WriteAsync(string blob, byte[] content, int bytes = 0) => await host.Blob(BlobContainers.EdgeReports, blob).UploadAsync(
        new BinaryData([.. content, .. Enumerable.Repeat((byte)' ', Math.Max(0, bytes - content.Length))]), overwrite: true, Cancelled);
}
