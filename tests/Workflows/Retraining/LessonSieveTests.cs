using Understudy.Inference.Datasets;
using Understudy.Workflows.Retraining;

namespace Understudy.Workflows.Tests.Retraining;

public sealed class LessonSieveTests
{
    private readonly LessonSieve _sieve = new();

    [Fact]
    public void Finish_CopiesWithOneLabel_KeepsTheNewest()
    {
        _sieve.Add(Lesson("You  win", "spam", "a"));
        _sieve.Add(Lesson("you win", "spam", "b"));

        Assert.Equal("b", Assert.Single(_sieve.Finish()).Id);
        Assert.Equal(1, _sieve.Duplicates);
    }

    [Theory]
    [InlineData(2, 1, 1)]
    [InlineData(3, 2, 0)]
    public void Finish_CopiesWithTwoLabels_KeepsAMajorityOfTwoThirds(int spam, int ham, int kept)
    {
        for (var i = 0; i < spam + ham; i++)
        {
            _sieve.Add(Lesson("you win", i < spam ? "spam" : "ham", "x"));
        }

        Assert.Equal(kept, _sieve.Finish().Count);
        Assert.Equal(kept == 0 ? spam + ham : 0, _sieve.Conflicting);
    }

    [Fact]
    public void Add_LongTextsThatDifferInAWord_AreOne()
    {
        var text = string.Join(' ', Enumerable.Range(0, 120).Select(i => $"word{i}"));
        _sieve.Add(Lesson(text, "ham", "a"));
        _sieve.Add(Lesson(text.Replace("word60", "other"), "ham", "b"));
        _sieve.Add(Lesson(string.Join(' ', Enumerable.Range(500, 120).Select(i => $"word{i}")), "ham", "c"));

        Assert.Equal(["b", "c"], _sieve.Finish().Select(lesson => lesson.Id));
        Assert.Equal(1, _sieve.NearDuplicates);
    }

    [Fact]
    public void Add_ShortTextsThatDifferInAWord_AreTwo()
    {
        _sieve.Add(Lesson("what is my balance today", "a", "1"));
        _sieve.Add(Lesson("what is my limit today", "b", "2"));

        Assert.Equal(2, _sieve.Finish().Count);
    }

    [Fact]
    public void Add_TextOfTheRegressionSet_IsNeverLearnedFrom()
    {
        var text = string.Join(' ', Enumerable.Range(0, 60).Select(i => $"word{i}"));
        _sieve.Freeze(text);
        _sieve.Add(Lesson(text, "ham", "a"));
        _sieve.Add(Lesson(text + " more", "ham", "b"));

        Assert.Empty(_sieve.Finish());
        Assert.Equal(2, _sieve.Leaked);
    }

    [Fact]
    public void Add_LikeAnOrdinaryTextAndOneOfTheRegressionSet_IsNeverLearnedFrom()
    {
        var looked = 0;
        foreach (var turn in Enumerable.Range(0, 60))
        {
            // The third is like both, which are not like each other.
            var words = Enumerable.Range(0, 120).Select(i => $"word{turn}x{i}").ToArray();
            string Text(int changedFirst, int changedLast) =>
                string.Join(' ', words.Select((word, i) => i < changedFirst || i >= words.Length - changedLast ? $"other{word}" : word));
            var (frozen, ordinary, third) = (Text(0, 0), Text(12, 6), Text(0, 6));
            if (Leaked(frozen, ordinary) > 0 || Leaked(frozen, third) == 0)
            {
                continue; // likeness is estimated
            }

            Assert.Equal(1, Leaked(frozen, ordinary, third));
            looked++;
        }

        Assert.InRange(looked, 20, 60);

        static int Leaked(string frozen, params string[] texts)
        {
            var sieve = new LessonSieve();
            sieve.Freeze(frozen);
            foreach (var text in texts)
            {
                sieve.Add(Lesson(text, "ham", "a"));
            }

            return sieve.Leaked;
        }
    }

    private static DatasetRecord Lesson(string text, string label, string id) => new() { Id = id, Text = text, Teacher = new() { Label = label } };
}
