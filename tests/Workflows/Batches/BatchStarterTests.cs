using Understudy.Workflows.Batches;

namespace Understudy.Workflows.Tests.Batches;

public sealed class BatchStarterTests
{
    [Theory]
    [InlineData("mail/a.jsonl", "mail", "a")]
    [InlineData("mail/2026/a.b.jsonl", "mail", "2026/a.b")]
    public void TryParse_Batch_GivesTaskAndName(string blob, string task, string name)
    {
        Assert.True(BatchStarter.TryParse(blob, out var foundTask, out var foundName));
        Assert.Equal((task, name), (foundTask, foundName));
    }

    [Theory]
    [InlineData("a.jsonl")]
    [InlineData("/a.jsonl")]
    [InlineData("mail/.jsonl")]
    [InlineData("mail/../other/a.jsonl")]
    [InlineData("mail//a.jsonl")]
    [InlineData("mail/a.csv")]
    [InlineData("")]
    public void TryParse_AnythingElse_IsFalse(string blob) => Assert.False(BatchStarter.TryParse(blob, out _, out _));

    [Fact]
    public void OperationId_SameVersion_IsTheSameHoweverTheTagIsQuoted() =>
        Assert.Equal(BatchStarter.OperationId("mail/a.jsonl", "\"0x1\""), BatchStarter.OperationId("mail/a.jsonl", "0x1"));

    [Fact]
    public void OperationId_OtherVersion_Differs() =>
        Assert.NotEqual(BatchStarter.OperationId("mail/a.jsonl", "0x1"), BatchStarter.OperationId("mail/a.jsonl", "0x2"));
}
