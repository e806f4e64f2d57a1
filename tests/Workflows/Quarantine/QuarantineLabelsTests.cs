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
}
