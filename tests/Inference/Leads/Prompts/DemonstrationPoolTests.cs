using Understudy.Inference.Leads.Prompts;

namespace Understudy.Inference.Tests.Leads.Prompts;

public sealed class DemonstrationPoolTests
{
    private static readonly DemonstrationPool Pool = new(
    [
        new("my card has not arrived yet", "card_arrival"),
        new("how do I top up my account", "top_up"),
        new("when will my new card arrive", "card_arrival"),
        new("what is the exchange rate", "rates"),
    ]);

    [Fact]
    public void Nearest_AnInput_GivesTheLikeliestFirst()
    {
        var nearest = Pool.Nearest("has my card arrived", 2);
        Assert.Equal([0, 2], nearest);
    }

    [Fact]
    public void Nearest_TheSameText_IsFirst() => Assert.Equal(3, Pool.Nearest("what is the exchange rate", 4)[0]);

    [Fact]
    public void Nearest_NothingInCommon_GivesNone() => Assert.Empty(Pool.Nearest("zzzz", 4));

    [Fact]
    public void Load_LeavesOutWhatIsNoExample()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(path, ["""{"text":"win","label":"spam"}""", "no json", """{"text":"win","label":"purple"}""", """{"text":"win"}"""]);
            var pool = DemonstrationPool.Load(path, ["ham", "spam"], text => $"read: {text}");
            Assert.Equal("read: win", pool[Assert.Single(pool.Nearest("win", 9))].Text);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
