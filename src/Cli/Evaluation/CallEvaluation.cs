using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;

namespace Understudy.Cli.Evaluation;

/// <summary>Measures function calls: of the release, of its lead's language model alone, of its tagger and its draft.</summary>
/// <param name="records">At least one.</param>
internal sealed class CallEvaluation(TaskDefinition task, LanguageModelRelease release, IReadOnlyList<CallRecord> records)
{
    private const int LongestCall = 160;

    /// <param name="malformed">Lines that could not be used, for the report.</param>
    /// <param name="progress">Told after each record which share is done.</param>
    /// <param name="cancellationToken">Heard between passes.</param>
    public CallReport Run(int malformed, Action<double> progress, CancellationToken cancellationToken)
    {
        var (score, aloneScore, draftScore, taggerScore) = (new CallScore(task.Labels), new CallScore(task.Labels), new CallScore(task.Labels), new CallScore(task.Labels));
        var measured = new DecodingComparison(task, release, records, LongestCall).Run(
            malformed,
            (index, written, models, _) =>
            {
                var expected = records[index].Call;
                score.Add(written.Served, expected);
                aloneScore.Add(written.Alone, expected);
                if (models.Tagger is { } tagger)
                {
                    var read = tagger.Read(models.Target.Tokenizer, models.Target.Tokenizer.Encode(FunctionCallPrompt.Normal(records[index].Text)));
                    taggerScore.Add(read?.Best().Call.ToJson() ?? "", expected);
                }

                if (written.Draft is { } draft)
                {
                    draftScore.Add(draft, expected);
                }
            },
            progress,
            cancellationToken);
        return new(measured)
        {
            ExactMatch = score.ExactMatch,
            ValidJson = score.ValidJson,
            IntentAccuracy = score.IntentAccuracy,
            LanguageModelExactMatch = aloneScore.ExactMatch,
            TaggerExactMatch = release.Tagger is null ? null : taggerScore.ExactMatch,
            DraftExactMatch = release.Draft is null ? null : draftScore.ExactMatch,
            DraftValidJson = release.Draft is null ? null : draftScore.ValidJson,
            DraftIntentAccuracy = release.Draft is null ? null : draftScore.IntentAccuracy,
        };
    }
}
