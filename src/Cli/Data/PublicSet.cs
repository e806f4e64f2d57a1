using Understudy.Training.Corpora;

namespace Understudy.Cli.Data;

/// <summary>A labelled data set that a package brings, so that it is there offline once the packages are installed.</summary>
/// <param name="Name">What commands call it.</param>
/// <param name="Input">What its texts are: <c>text</c> or <c>mail</c>, as for <c>task new --input</c>.</param>
/// <param name="Source">The package.</param>
/// <param name="Licence">SPDX identifier.</param>
/// <param name="Load">Reads it in its three parts.</param>
internal sealed record PublicSet(string Name, string Input, string Source, string Licence, string About, Func<string, CancellationToken, CorpusSplits> Load)
{
    public static IReadOnlyList<PublicSet> All { get; } =
    [
        new(
            "spam-assassin", "mail", SpamAssassinCorpus.Package, "PDDL-1.0",
            "6,046 mails of 2002 and 2003: personal, newsletter, spam; the data of the task mail-triage.",
            SpamAssassinCorpus.Load),
    ];
}
