using Azure.Storage.Blobs.Specialized;
using Understudy.Tests;
using Understudy.Workflows.Blobs;

namespace Understudy.Workflows.Tests.Blobs;

public sealed class BlobJoinTests(TestHost host)
{
    [Fact]
    public async Task Commit_AnotherRunWritesTheSameBlobMeanwhile_IsOfItsOwnBlocks()
    {
        var blob = host.Blobs.GetBlobContainerClient(BlobContainers.Results).GetBlockBlobClient("join/two-runs.jsonl");
        await using var one = new BlobJoin(blob, new(), "run-one");
        await using var other = new BlobJoin(blob, new(), "run-other");
        await AddAsync(one, 'a');
        await AddAsync(other, 'b');

        await one.CommitAsync(CancellationToken.None);

        var content = (await blob.DownloadContentAsync(TestContext.Current.CancellationToken)).Value.Content.ToMemory();
        Assert.Equal(-1, content.Span.IndexOfAnyExcept((byte)'a'));
        Assert.Equal(6 * 1024 * 1024, content.Length);
    }

    private static async Task AddAsync(BlobJoin join, char letter)
    {
        var piece = new byte[3 * 1024 * 1024];
        Array.Fill(piece, (byte)letter);
        await join.AddAsync(piece, CancellationToken.None);
        await join.AddAsync(piece, CancellationToken.None);
    }
}
