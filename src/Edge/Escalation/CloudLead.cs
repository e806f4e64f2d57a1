using Understudy.Inference.Leads;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;

namespace Understudy.Edge.Escalation;

/// <summary>
/// The lead as a site sees it: in the package, where it came along; else in the cloud, which is asked about the whole input and answers as its
/// own release does. Thread-safe.
/// </summary>
/// <param name="store">Whether the cloud may keep what it is asked as lessons.</param>
internal sealed class CloudLead(CloudClient cloud, bool store, TimeProvider time) : ILead
{
    private readonly ReleaseLead _here = new(new TierScorer(shared: true, time));

    public bool ReadsStudents(Release release) => false;

    public async ValueTask<LeadRuling[]> RuleAsync(Release release, IReadOnlyList<PipelineItem> items, CancellationToken cancellationToken)
    {
        if (release.Lead.Model is not IAbsentLead)
        {
            return await _here.RuleAsync(release, items, cancellationToken);
        }

        List<LeadRuling> rulings = [];
        while (rulings.Count < items.Count)
        {
            rulings.AddRange(await AskAsync(release, [.. items.Skip(rulings.Count).Take(cloud.Most(release.Manifest.Task))], cancellationToken));
        }

        return [.. rulings];
    }

    private async Task<IEnumerable<LeadRuling>> AskAsync(Release release, PipelineItem[] items, CancellationToken cancellationToken)
    {
        try
        {
            var answers = await cloud.AskAsync(release.Manifest.Task, [.. items.Select(item => item.Input)], store, cancellationToken);
            return answers.Select(answer => Ruling(release, answer));
        }
        catch (LeadAwayException refusal) when (items.Length > 1 && refusal.IsRefusal)
        {
            var half = items.Length / 2; // one that the cloud does not take holds up no other
            return [.. await AskAsync(release, items[..half], cancellationToken), .. await AskAsync(release, items[half..], cancellationToken)];
        }
        catch (LeadAwayException away)
        {
            return items.Select(_ => new LeadRuling(null, away));
        }
    }

    private static LeadRuling Ruling(Release release, Answer answer)
    {
        var labels = release.Manifest.Labels;
        var writes = release.Calls is not null;
        var label = labels.Index().Where(pair => pair.Item == answer.Label).Select(pair => pair.Index).DefaultIfEmpty(-1).First();
        if (answer.Receipt.Degraded || (writes ? answer.Completion is null : label < 0))
        {
            return new(null, new LeadAwayException(
                answer.Receipt.Degraded ? "The cloud could not ask its lead either."
                : writes ? $"The cloud answered '{answer.Label}', and release {release.Manifest.Version} answers with texts."
                : $"The cloud answered '{answer.Label}', which is no label of release {release.Manifest.Version}.",
                TimeSpan.FromMinutes(1))
            {
                IsRefusal = answer.Receipt.Degraded && release.Definition.WaitsForLead, // else the cloud had not answered, but refused like its lead, or waited
            });
        }

        float[] probabilities = writes ? [] : [.. labels.Select(one => (float)answer.Probabilities.GetValueOrDefault(one))];
        return new(
            new TierVote(release.Lead.Name, writes ? -1 : label, answer.Confidence, 0, probabilities, answer.Receipt.ModelMilliseconds) { Completion = writes ? answer.Completion : null },
            Explanation: $"the cloud was asked, where {answer.Receipt.AnsweredBy} of release {answer.Receipt.Release} answered");
    }
}
