using System.Text;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Quarantine;

namespace Understudy.Workflows.Tests.Quarantine;

public class QuarantineLabelsTests
{
    [Fact]
    public void Write_MoreMetadataThanThereIsRoomFor_KeepsTheShortAndTheReason()
    {
        var metadata = new Dictionary<string, string> { ["note"] = new('x', 6000), [InputBlob.StoreName] = "false" };
        var blob = new QuarantinedBlob("poison-1", "batches", "mail/a.jsonl", "1", 10, new string('ß', 400), DateTimeOffset.UnixEpoch) { Metadata = metadata };

        var labels = QuarantineLabels.Write(blob);

        Assert.InRange(labels.Sum(label => label.Key.Length + label.Value.Length), 1, 8 * 1024);
        var read = QuarantineLabels.Read("poison-1", labels, 10)!;
        Assert.Equal(blob.Reason, read.Reason);
        Assert.Equal([KeyValuePair.Create(InputBlob.StoreName, "false")], read.Metadata);
    }

    [Theory]
    [InlineData(20, 500)]
    [InlineData(300, 500)]
    [InlineData(400, 500)]
    [InlineData(1000, 500)]
    [InlineData(1000, 10)]
    public void Write_LettersThatAreNotAscii_HaveRoomAndTheBlobStaysUntaught(int name, int reason)
    {
        var blob = new QuarantinedBlob("poison-1", "batches", $"mail/{new string('邮', name)}.jsonl", "1", 10, new string('錯', reason), DateTimeOffset.UnixEpoch)
        {
            Redriven = new(DateTimeOffset.UnixEpoch, "operation"),
            Metadata = new Dictionary<string, string> { ["a"] = "b", [InputBlob.StoreName] = "false" },
        };

        var labels = QuarantineLabels.Write(blob);

        Assert.InRange(labels.Sum(label => label.Key.Length + label.Value.Length), 1, 7 * 1024);
        Assert.All(labels, label => Assert.True(Ascii.IsValid(label.Value)));
        var read = QuarantineLabels.Read("poison-1", labels, 10)!;
        Assert.Equal(blob.Blob, read.Blob);
        Assert.Equal("false", read.Metadata[InputBlob.StoreName]);
        Assert.StartsWith(read.Reason, blob.Reason, StringComparison.Ordinal);
        Assert.InRange(read.Reason.Length, Math.Min(reason, 250), reason);
    }
}
