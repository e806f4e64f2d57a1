using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;

namespace Understudy.Cli.Evaluation;

/// <summary>Measures answers of any kind: of the release and of its draft alone.</summary>
/// <param name="records">At least one.</param>
internal sealed class CompletionEvaluation(TaskDefinition task, LanguageModelRelease release, IReadOnlyList<ExpectedCompletion> records)
{
    /// <param name="malformed">Lines that could not be used, for the report.</param>
    /// <param name="progress">Told after each record which share is done.</param>
    /// <param name="cancellationToken">Heard between passes.</param>
    public CompletionReport Run(int malformed, Action<double> progress, CancellationToken cancellationToken)
    {
        var (right, valid, draftRight, draftValid) = (0, 0, 0, 0);
        var measured = new DecodingComparison(task, release, records).Run(
            malformed,
            (index, written, _, asked) =>
            {
                var record = records[index];
                right += record.IsRight(written.Served) ? 1 : 0;
                valid += asked.Accepts(record.Text, written.Served) ? 1 : 0;
                draftRight += written.Draft is { } draft && record.IsRight(draft) ? 1 : 0;
                draftValid += written.Draft is { } text && asked.Accepts(record.Text, text) ? 1 : 0;
            },
            progress,
            cancellationToken);
        return new(measured)
        {
            ExactMatch = Share(right),
            DraftExactMatch = release.Draft is null ? null : Share(draftRight),
            ValidJson = task.Schema is null ? null : Share(valid),
            DraftValidJson = task.Schema is null || release.Draft is null ? null : Share(draftValid),
        };
    }

    private double Share(int count) => (double)count / records.Count;
}
