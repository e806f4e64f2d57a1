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

    public void Dispose() => _folder.Dispose();
}
