using Understudy.Cli.Demo;

namespace Understudy.Cli.Tests.Demo;

public sealed class TestMailsTests
{
    [Theory]
    [InlineData(60, 15)]
    [InlineData(1429, 100)]
    [InlineData(8, 2)]
    public void Part_SomeTaken_SplitsWithoutLossAndSpreadsThem(int mails, int take)
    {
        TestMail[] all = [.. Enumerable.Range(0, mails).Select(i => new TestMail($"{i:D4}", "", ""))];

        var (taken, left) = TestMails.Part(all, take);

        Assert.Equal(take, taken.Count);
        Assert.Equal(all, taken.Concat(left).OrderBy(mail => mail.Id, StringComparer.Ordinal));
        Assert.Contains(taken, mail => int.Parse(mail.Id) >= mails / 2);
    }
}
