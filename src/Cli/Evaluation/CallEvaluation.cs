using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Releases;
using Understudy.Inference.Speculation;
using Understudy.Inference.Tasks;

namespace Understudy.Cli.Evaluation;

/// <summary>
/// Writes every call three times, in turns: by the lead alone, by the lead with all that can go ahead of it, by the draft alone. Then
/// each proposer goes ahead by itself, on the first of the records.
/// </summary>
/// <param name="records">At least one.</param>
internal sealed class CallEvaluation(TaskDefinition task, LanguageModelRelease release, IReadOnlyList<CallRecord> records)
{
    /// <summary>Records that are run before anything is timed: code is compiled and memory is taken then.</summary>
    private const int WarmUp = 8;

    /// <summary>Records that show what one proposer is worth.</summary>
    private const int Alone = 64;

    /// <param name="malformed">Lines that could not be used, for the report.</param>
    /// <param name="progress">Told after each record which share is done.</param>
    /// <param name="cancellationToken">Heard between passes.</param>
    public CallReport Run(int malformed, Action<double> progress, CancellationToken cancellationToken)
    {
        var report = Together(malformed, progress, cancellationToken);
        return report with { Proposers = Separately(cancellationToken) };
    }

    private CallReport Together(int malformed, Action<double> progress, CancellationToken cancellationToken)
    {
        using var models = Understudies.Open(release);
        var calls = new FunctionCallTask(task, models.Target.Tokenizer);
        Warm(models, calls, cancellationToken);
        using var speculator = models.New(models.Available);
        var (score, aloneScore, draftScore, taggerScore) = (new CallScore(task.Labels), new CallScore(task.Labels), new CallScore(task.Labels), new CallScore(task.Labels));
        var (plainTotals, totals) = (new DecodingTotals(), new DecodingTotals());
        var (identical, unanswered) = (0, 0);
        for (var index = 0; index < records.Count; index++)
        {
            var (request, expected) = records[index];
            var plain = CallAnswer.Write(models.Target, calls, request, null, cancellationToken);
            var ahead = CallAnswer.Write(models.Target, calls, request, speculator, cancellationToken, models.Panel);
            plainTotals.Add(plain.Statistics);
            totals.Add(ahead.Statistics);
            identical += plain.Tokens.SequenceEqual(ahead.Tokens) ? 1 : 0;
            unanswered += ahead.Tokens.Count == 0 ? 1 : 0;
            score.Add(ahead.Text, expected);
            aloneScore.Add(plain.Text, expected);
            if (models.Tagger is { } tagger)
            {
                var read = tagger.Read(models.Target.Tokenizer, models.Target.Tokenizer.Encode(FunctionCallPrompt.Normal(request)));
                taggerScore.Add(read?.Best().Call.ToJson() ?? "", expected);
            }

            if (models.Draft is { } draft)
            {
                draftScore.Add(CallAnswer.Write(draft, calls, request, null, cancellationToken).Text, expected);
            }

            progress((index + 1.0) / records.Count);
        }

        return new()
        {
            Task = task.Name,
            Release = release.Manifest.Version,
            Records = records.Count,
            Malformed = malformed,
            Unanswered = unanswered,
            ExactMatch = score.ExactMatch,
            ValidJson = score.ValidJson,
            IntentAccuracy = score.IntentAccuracy,
            LanguageModelExactMatch = aloneScore.ExactMatch,
            TaggerExactMatch = models.Tagger is null ? null : taggerScore.ExactMatch,
            DraftExactMatch = models.Draft is null ? null : draftScore.ExactMatch,
            DraftValidJson = models.Draft is null ? null : draftScore.ValidJson,
            DraftIntentAccuracy = models.Draft is null ? null : draftScore.IntentAccuracy,
            Identical = (double)identical / records.Count,
            TokensPerSecond = totals.TokensPerSecond,
            PlainTokensPerSecond = plainTotals.TokensPerSecond,
            Speedup = totals.Milliseconds == 0 ? 1 : plainTotals.Milliseconds / totals.Milliseconds,
            AcceptedLength = totals.AcceptedLength,
            Ahead = speculator.Name,
        };
    }

    /// <summary>With what is opened anew: earlier answers to these very requests would make the cache look better than it is.</summary>
    private List<ProposerResult> Separately(CancellationToken cancellationToken)
    {
        using var models = Understudies.Open(release);
        var calls = new FunctionCallTask(task, models.Target.Tokenizer);
        Warm(models, calls, cancellationToken);
        List<ProposerResult> results = [];
        foreach (var name in models.Available)
        {
            var totals = new DecodingTotals();
            using var speculator = models.New([name], adaptive: false);
            foreach (var record in records.Take(Alone))
            {
                totals.Add(CallAnswer.Write(models.Target, calls, record.Text, speculator, cancellationToken).Statistics);
            }

            results.Add(new(name, totals.AcceptedLength, totals.TokensPerSecond));
        }

        return results;
    }

    /// <summary>Without the cache, which is not to know any answer before it is measured.</summary>
    private void Warm(Understudies models, FunctionCallTask calls, CancellationToken cancellationToken)
    {
        using var speculator = models.New([.. models.Available.Where(name => name != "cache")], adaptive: false);
        foreach (var record in records.Take(WarmUp))
        {
            CallAnswer.Write(models.Target, calls, record.Text, null, cancellationToken);
            CallAnswer.Write(models.Target, calls, record.Text, speculator, cancellationToken);
        }
    }
}
