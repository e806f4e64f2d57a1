using Understudy.Cli.Calibration;
using Understudy.Cli.Datasets;
using Understudy.Cli.Ensembles;
using Understudy.Cli.Shell;
using Understudy.Inference.Calibration;
using Understudy.Inference.Evaluation;
using Understudy.Inference.Leads;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;

namespace Understudy.Cli.Evaluation;

/// <summary>
/// Runs the cascade and the lead alone over the same records in the same batches, taking turns, so that whatever slows the machine down
/// slows both.
/// </summary>
/// <param name="catalog">Where the release comes from.</param>
/// <param name="release">The release.</param>
/// <param name="stack">A stack that was fitted for it; null when there is none.</param>
/// <param name="leads">Reaches leads behind endpoints; null for those that need no signing in.</param>
internal sealed class CascadeRun(ReleaseCatalog catalog, Release release, StackOnTrial? stack = null, LeadConnections? leads = null)
{
    private const int ChunkSize = 256;

    /// <summary>How many of a batch may go unanswered: so many, or this share.</summary>
    private const int FewUnanswered = 2;
    private const double MostUnanswered = 0.1;

    private readonly bool _isRemote = release.Definition.Lead is { IsRemote: true };
    private readonly JointInference _pipeline = new(catalog, leads: release.Definition.Lead is { IsRemote: true } ? leads : new(budgets: new UnboundedBudgets()));
    private readonly LeadMemory _said = new();
    private readonly List<LabelledRecord> _records = [];
    private readonly List<string> _unanswered = [];
    private readonly List<Answer> _cascade = [];
    private readonly List<Answer> _lead = [];
    private readonly List<float[][]> _members = [];

    /// <summary>What the lead said by itself, in the records' order, once they have been run.</summary>
    public IReadOnlyList<Answer> LeadAlone => _lead;

    /// <summary>A few records that the lead did not answer are left out and told of: what a student says in its place would be measured as the lead's.</summary>
    /// <param name="data">At least one record.</param>
    /// <param name="progress">Told after each batch which share is done.</param>
    /// <param name="cancellationToken">Heard between batches.</param>
    /// <exception cref="LeadAwayException">It did not answer many of a batch: those that students answer are asked about last, so that the others alone would be measured.</exception>
    /// <exception cref="Understudy.Inference.Budgets.BudgetSpentException">Likewise, as the day's budget for it is used up.</exception>
    /// <exception cref="CommandFailedException">Likewise, and it answers by now.</exception>
    public async Task<EvaluationReport> RunAsync(LabelledData data, Action<double> progress, CancellationToken cancellationToken)
    {
        var items = data.Records.Select(r => new PipelineItem { Id = r.Id, Input = r.Text }).ToList();
        await WarmAsync(items, cancellationToken).ConfigureAwait(false);
        foreach (var chunk in items.Index().Chunk(ChunkSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var compressed = _pipeline.Compress(release, [.. chunk.Select(one => one.Item)]);
            var cascade = await CascadeAsync(compressed, cancellationToken).ConfigureAwait(false);
            var alone = await AskLeadAsync(Deferred(compressed), cancellationToken).ConfigureAwait(false);
            int[] answered = [.. Enumerable.Range(0, chunk.Length).Where(i => !JointInference.AwaitsLead(cascade[i]) && !JointInference.AwaitsLead(alone[i]))];
            int[] open = [.. Enumerable.Range(0, chunk.Length).Except(answered)];
            if (open.Length > Math.Max(FewUnanswered, chunk.Length * MostUnanswered) || _records.Count + answered.Length == 0)
            {
                await _pipeline.AuditAsync(release, compressed[open[0]], cancellationToken).ConfigureAwait(false); // says why, in its own words
                throw new CommandFailedException($"The lead did not answer {open.Length} of {chunk.Length} records, '{chunk[open[0]].Item.Id}' first: what is left says too little of all. Evaluate again when it does.");
            }

            _records.AddRange(answered.Select(i => data.Records[chunk[i].Index]));
            _unanswered.AddRange(open.Select(i => chunk[i].Item.Id));
            _cascade.AddRange(_pipeline.Stack(release, Array.ConvertAll(answered, i => cascade[i])));
            _lead.AddRange(_pipeline.Stack(release, Array.ConvertAll(answered, i => alone[i])));
            AskMembers(Array.ConvertAll(answered, i => compressed[i]));
            progress((double)(_records.Count + _unanswered.Count) / items.Count);
        }

        return Report(data);
    }

    /// <summary>First runs are slow: code is compiled then, and memory taken, as much as a whole batch needs. Every tier that runs here has them before anything is measured.</summary>
    private async Task WarmAsync(List<PipelineItem> items, CancellationToken cancellationToken)
    {
        var first = _pipeline.Compress(release, items[..Math.Min(ChunkSize, items.Count)]);
        var texts = first.Select(i => i.CompressedInput ?? i.Input).ToList();
        foreach (var tier in release.Students.Append(release.Lead))
        {
            tier.Classifier.Score(texts, new float[texts.Count * tier.Classifier.LabelCount]);
        }

        if (!_isRemote)
        {
            await CascadeAsync(first, cancellationToken).ConfigureAwait(false);
            await AskLeadAsync(Deferred(first), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<IReadOnlyList<PipelineItem>> CascadeAsync(IReadOnlyList<PipelineItem> items, CancellationToken cancellationToken) =>
        await AskLeadAsync(await _pipeline.CascadeAsync(release, items, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <summary>A lead behind an endpoint is asked once about a record; one that runs here each time, as its time is measured.</summary>
    private Task<IReadOnlyList<PipelineItem>> AskLeadAsync(IReadOnlyList<PipelineItem> items, CancellationToken cancellationToken) =>
        _pipeline.VerifyAsync(release, items, cancellationToken, memory: _isRemote ? _said : null, leadOnly: true);

    private static IReadOnlyList<PipelineItem> Deferred(IReadOnlyList<PipelineItem> items) => [.. items.Select(item => item with { Deferred = true })];

    /// <summary>Every student about every record, untimed; the lead has answered them all by itself.</summary>
    private void AskMembers(IReadOnlyList<PipelineItem> items)
    {
        var texts = items.Select(i => i.CompressedInput ?? i.Input).ToList();
        var labels = release.Manifest.Labels;
        var logits = release.Students.Select(student =>
        {
            var scores = new float[texts.Count * labels.Count];
            student.Classifier.Score(texts, scores);
            return scores;
        }).ToList();
        for (var i = 0; i < texts.Count; i++)
        {
            var lead = _lead[_members.Count].Probabilities;
            _members.Add([.. release.Students.Select((student, s) =>
            {
                var probabilities = new float[labels.Count];
                Softmax.Tempered(logits[s].AsSpan(i * labels.Count, labels.Count), student.Temperature, probabilities);
                return probabilities;
            }), [.. labels.Select(label => (float)lead[label])]]);
        }
    }

    private EvaluationReport Report(LabelledData data)
    {
        var truths = _records.ConvertAll(record => record.Label);
        var correct = Correct(_cascade, truths);
        var labels = release.Manifest.Labels.ToList();
        var outputs = new TierProbabilities([.. truths.Select(truth => labels.IndexOf(truth))], _members);
        var best = Accuracies.Best(outputs);
        var checkedByLead = _cascade.Select(a => a.Receipt.Stages.First(s => s.Name == "verify").Outcome).Where(o => o is "accepted" or "overridden").ToList();
        var leadMilliseconds = _lead.Sum(a => a.Receipt.ModelMilliseconds);
        return new()
        {
            Task = release.Manifest.Task,
            Release = release.Manifest.Version,
            Records = truths.Count,
            Accuracy = Share(correct.Count(c => c), truths.Count),
            LeadAccuracy = Share(Correct(_lead, truths).Count(c => c), truths.Count),
            MacroF1 = ClassificationScores.MacroF1(truths, _cascade.ConvertAll(a => a.Label!)),
            LeadMacroF1 = ClassificationScores.MacroF1(truths, _lead.ConvertAll(a => a.Label!)),
            Ece = CalibrationError.Expected(_cascade.Select(a => a.Confidence).ToArray(), correct),
            Auroc = Auroc.Compute(_cascade.Select(a => a.Confidence).ToArray(), correct),
            StudentShare = Share(_cascade.Count(a => a.Receipt.Tiers.All(t => t.Tier != release.Lead.Name)), truths.Count),
            CostRatio = leadMilliseconds > 0 ? _cascade.Sum(a => a.Receipt.ModelMilliseconds) / leadMilliseconds : 1,
            Disagreements = _cascade.Zip(_lead).Count(pair => pair.First.Label != pair.Second.Label),
            StackAccuracy = stack?.Accuracy(outputs),
            StackBy = stack?.By,
            BestMember = release.Manifest.Tiers[best].Name,
            BestMemberAccuracy = Share(Accuracies.Right(outputs, Enumerable.Range(0, outputs.Count), best), truths.Count),
            Ensemble = release.Ensemble?.Name,
            VerifiedAccuracy = Share(_cascade.Zip(truths).Count(pair => Verified(pair.First) == pair.Second), truths.Count),
            AcceptedShare = checkedByLead.Count == 0 ? null : Share(checkedByLead.Count(o => o == "accepted"), checkedByLead.Count),
            Malformed = data.Malformed.Count,
            Unanswered = _unanswered,
            Tiers = [.. release.Manifest.Tiers.Select(t => Tier(t, correct))],
        };
    }

    private TierResult Tier(TierManifest tier, bool[] correct)
    {
        var answered = Enumerable.Range(0, correct.Length).Where(i => _cascade[i].Receipt.AnsweredBy == tier.Name).ToList();
        var asked = (tier.Role == "lead" ? _lead : _cascade).SelectMany(a => a.Receipt.Tiers).Where(t => t.Tier == tier.Name).ToList();
        return new(
            tier.Name,
            Share(answered.Count, correct.Length),
            answered.Count == 0 ? null : Share(answered.Count(i => correct[i]), answered.Count),
            asked.Count == 0 ? tier.MillisecondsPerItem : asked.Average(t => t.Milliseconds),
            release.Manifest.Files.First(f => f.Name == tier.Model).Bytes);
    }

    /// <summary>What stands after the lead's check: the last word of the tiers, or the surest student's where the lead was away.</summary>
    private static string? Verified(Answer answer) => answer.Receipt.Degraded
        ? (answer.Receipt.Tiers.LastOrDefault(tier => tier.Joined) ?? answer.Receipt.Tiers.Reverse().MaxBy(tier => tier.Confidence))!.Label
        : answer.Receipt.Tiers[^1].Label;

    private static bool[] Correct(List<Answer> answers, List<string> truths) =>
        [.. answers.Zip(truths, (answer, truth) => answer.Label == truth)];

    private static double Share(int part, int whole) => (double)part / whole;
}
