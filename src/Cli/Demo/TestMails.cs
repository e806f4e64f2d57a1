using Understudy.Training.Corpora;

namespace Understudy.Cli.Demo;

/// <summary>The mails that no model has seen.</summary>
internal static class TestMails
{
    /// <param name="limit">The most to take, spread evenly over the corpus; 0 for all.</param>
    /// <exception cref="PackageMissingException">The corpus is not installed.</exception>
    public static IReadOnlyList<TestMail> Load(int limit, CancellationToken cancellationToken)
    {
        var all = SpamAssassinCorpus.Load(NpmPackages.Find(SpamAssassinCorpus.Package), cancellationToken).Test;
        var count = limit > 0 ? Math.Min(limit, all.Count) : all.Count;
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var record = all[(int)((long)i * all.Count / count)];
            return new TestMail($"mail-{i:D4}", record.Text!, record.Label!);
        })];
    }

    /// <summary>Takes some out, spread evenly, and leaves the rest in order.</summary>
    public static (IReadOnlyList<TestMail> Taken, IReadOnlyList<TestMail> Left) Part(IReadOnlyList<TestMail> mails, int take)
    {
        var taken = Enumerable.Range(0, take).Select(i => (int)((long)i * mails.Count / take)).ToHashSet();
        return (
            [.. mails.Where((_, index) => taken.Contains(index))],
            [.. mails.Where((_, index) => !taken.Contains(index))]);
    }
}
