using Understudy.Cli.Demo;

namespace Understudy.Cli.Tests.Demo;

public sealed class BatchReportTests
{
    [Fact]
    public void Of_EveryRecordOnce_NothingLostOrDuplicated() =>
        Assert.Equal(new BatchReport(3, 0, 0, true), BatchReport.Of(["a", "b", "c"], ["c", "a", "b"], killed: true));

    [Fact]
    public void Of_RecordWithoutResult_IsLost() =>
        Assert.Equal(new BatchReport(3, 1, 0, false), BatchReport.Of(["a", "b", "c"], ["a", "c"], killed: false));

    [Fact]
    public void Of_RecordWithThreeResults_CountsTwoTooMany() =>
        Assert.Equal(new BatchReport(2, 0, 2, false), BatchReport.Of(["a", "b"], ["a", "b", "b", "b"], killed: false));

    [Fact]
    public void Of_ResultsOfOtherRecords_DoNotHideALoss() =>
        Assert.Equal(2, BatchReport.Of(["a", "b"], ["x", "y"], killed: false).Lost);
}
