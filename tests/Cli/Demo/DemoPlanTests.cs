using Understudy.Cli.Demo;

namespace Understudy.Cli.Tests.Demo;

public sealed class DemoPlanTests
{
    [Fact]
    public void Days_LessonsSortedByLabel_EachIsAmongTheFirstDays()
    {
        string[] lessons = [.. Enumerable.Repeat("personal", 60), .. Enumerable.Repeat("newsletter", 10), .. Enumerable.Repeat("spam", 30)];

        var (first, later) = DemoPlan.Days(lessons);

        Assert.Equal((10, 90), (first.Count, later.Count));
        Assert.Equal(["personal", "newsletter", "spam"], first.Distinct());
        Assert.Equal(lessons.Order(), first.Concat(later).Order());
    }
}
