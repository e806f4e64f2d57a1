using Understudy.Edge.Reports;
using Understudy.Tests;

namespace Understudy.Edge.Tests.Reports;

public sealed class UploadBudgetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("")]
    [InlineData("{\"date\":\"2026-")]
    [InlineData("null")]
    [InlineData("{}")]
    public void Left_FileIsDamaged_IsNothingUntilTheNextDay(string content)
    {
        File.WriteAllText(_folder.At("uploaded.json"), content);
        var time = new SetClock();
        var budget = new UploadBudget(_folder.Path, 100, time);

        Assert.Equal(0, budget.Left);

        time.Pass(TimeSpan.FromDays(1));
        Assert.Equal(100, budget.Left);
    }

    [Theory]
    [InlineData(-20_000)] // as after a start without a battery
    [InlineData(-1)]
    [InlineData(1)]
    public void Left_ClockWasWrongForAWhile_IsAsBefore(int days)
    {
        var time = new SetClock();
        new UploadBudget(_folder.Path, 100, time).Spend(70);
        time.SetBack(TimeSpan.FromDays(-days));
        var wrong = new UploadBudget(_folder.Path, 100, time);
        wrong.Spend(60);
        Assert.Equal(40, wrong.Left);
        time.SetBack(TimeSpan.FromDays(days));

        var right = new UploadBudget(_folder.Path, 100, time);
        Assert.Equal(30, right.Left);
        right.Spend(30);
        Assert.Equal(0, new UploadBudget(_folder.Path, 100, time).Left);
    }

    [Fact]
    public void Left_FileOfAnOlderAgent_IsRead()
    {
        File.WriteAllText(_folder.At("uploaded.json"), """{"date":"2026-01-02","bytes":80}""");

        Assert.Equal(20, new UploadBudget(_folder.Path, 100, new SetClock()).Left);
    }

    [Fact]
    public void Spend_DayAfterDay_KeepsAFewDates()
    {
        var time = new SetClock();
        for (var day = 0; day < 100; day++)
        {
            new UploadBudget(_folder.Path, 100, time).Spend(1);
            time.Pass(TimeSpan.FromDays(1));
        }

        Assert.InRange(new FileInfo(_folder.At("uploaded.json")).Length, 1, 400);
    }

    public void Dispose() => _folder.Dispose();
}
