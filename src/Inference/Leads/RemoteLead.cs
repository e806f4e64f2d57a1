using System.Numerics.Tensors;
using System.Text.Json;
using Understudy.Inference.Batching;
using Understudy.Inference.Cascades;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Grammars;
using Understudy.Inference.Leads.Prompts;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;

namespace Understudy.Inference.Leads;

/// <summary>A lead behind an endpoint: a prompt for each item, several under way at once.</summary>
/// <param name="scorer">Asks the student about solved examples.</param>
/// <param name="hurry">Whether the deadline of one question is that of all: somebody waits for the answers.</param>
/// <param name="limit">Where nobody waits, how long questions are begun; null for no end.</param>
internal sealed class RemoteLead(LeadConnections leads, TierScorer scorer, bool hurry, TimeSpan? limit, TimeProvider time) : ILead
{
    public bool ReadsStudents(Release release) => IPromptBuilder.For(release.Definition).ReadsStudent;

    public async ValueTask<LeadRuling[]> RuleAsync(Release release, IReadOnlyList<PipelineItem> items, CancellationToken cancellationToken)
    {
        var definition = release.Definition.Lead!;
        using var late = new CancellationTokenSource(hurry ? TimeSpan.FromSeconds(definition.DeadlineSeconds) : limit ?? Timeout.InfiniteTimeSpan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        var (materials, rulings) = (new PromptMaterial[items.Count], new LeadRuling[items.Count]);

        // All examples before the first question: nothing has been paid for yet where they find a student overloaded.
        await EachAsync(async (i, _) =>
        {
            materials[i] = await MaterialAsync(release, items[i], either.Token).ConfigureAwait(false);
            return default;
        }).ConfigureAwait(false);
        await EachAsync((i, bill) => AskAsync(release, items[i], materials[i], bill, late.Token, hurry ? either.Token : cancellationToken)).ConfigureAwait(false);
        return rulings;

        Task EachAsync(Func<int, Bill, ValueTask<LeadRuling>> rule) => Parallel.ForEachAsync(
            Enumerable.Range(0, items.Count).Where(i => rulings[i].Failure is null),
            new ParallelOptions { MaxDegreeOfParallelism = definition.Concurrency, CancellationToken = cancellationToken },
            async (i, _) => rulings[i] = await OrFailureAsync(definition, bill => rule(i, bill), late.Token, cancellationToken).ConfigureAwait(false));
    }

    private async ValueTask<LeadRuling> OrFailureAsync(LeadDefinition definition, Func<Bill, ValueTask<LeadRuling>> rule, CancellationToken late, CancellationToken cancelled)
    {
        var bill = new Bill();
        try
        {
            late.ThrowIfCancellationRequested();
            return await rule(bill).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancelled.IsCancellationRequested)
        {
            var over = hurry
                ? FormattableString.Invariant($"the request's {definition.DeadlineSeconds} s for it (lead.deadlineSeconds) were over")
                : FormattableString.Invariant($"the {limit?.TotalSeconds} s in which it is asked at a time were over before this input's turn");
            return new(null, new LeadAwayException($"{definition.Name} at {definition.Endpoint}: {over}.", TimeSpan.FromSeconds(1)) { IsUnasked = !hurry }, Price: bill.Total);
        }
        catch (Exception error) when (error is not (OperationCanceledException or OverloadedException))
        {
            return new(null, error, Price: bill.Total);
        }
    }

    private async ValueTask<LeadRuling> AskAsync(Release release, PipelineItem item, PromptMaterial material, Bill bill, CancellationToken late, CancellationToken cancellationToken)
    {
        var (lessons, explain) = (release.Definition.Lessons, release.Definition.Lead!.Explain);
        var request = new LeadRequest { Prompt = IPromptBuilder.For(release.Definition).Build(material), TopLogprobs = lessons.KeptLogprobs, Bill = bill, TooLate = late };
        request = release.Calls is { } calls
            ? request with { Schema = Schema(release.Definition), Read = text => Answer(calls, item.Text(), text) }
            : request with { Labels = release.Manifest.Labels, Explain = explain || lessons.KeepsRationale };
        var reply = await leads.Of(release.Definition).AskAsync(request, cancellationToken).ConfigureAwait(false);
        var label = release.Calls is null ? TensorPrimitives.IndexOfMax<float>(reply.Probabilities) : -1;
        var vote = new TierVote(release.Lead.Name, label, label < 0 ? reply.Confidence : reply.Probabilities[label], 0, reply.Probabilities, reply.Milliseconds)
        {
            Completion = release.Calls is null ? null : reply.Text,
            Tokens = reply.Tokens,
            Price = bill.Total,
            Chances = reply.Chances,
            Rationale = lessons.KeepsRationale ? reply.Explanation : null,
        };
        return new(vote, Explanation: explain ? reply.Explanation : null); // what lessons keep is not told to callers
    }

    private static JsonElement? Schema(TaskDefinition task) => task.Schema is null ? null : JsonSerializer.SerializeToElement(task.Schema);

    /// <summary>The text that came, as a release's own lead would have written it.</summary>
    /// <exception cref="LeadAnswerInvalidException">The task's schema does not allow it.</exception>
    private static string Answer(FunctionCallTask calls, string input, string text)
    {
        var answer = calls.IsJson ? JsonAnswer.Compact(text) ?? throw new LeadAnswerInvalidException("It answered with something that is no JSON.") : text.Trim();
        return answer.Length == 0 ? throw new LeadAnswerInvalidException("It answered with nothing.")
            : calls.Fault(input, answer) is { } fault ? throw new LeadAnswerInvalidException($"It answered with something that the task's schema does not allow: {fault}.")
            : answer;
    }

    private async ValueTask<PromptMaterial> MaterialAsync(Release release, PipelineItem item, CancellationToken cancellationToken)
    {
        var builder = IPromptBuilder.For(release.Definition);
        var labels = release.Manifest.Labels;
        var surest = item.Surest();
        var student = builder.ReadsStudent && surest is not null ? Receipt(surest, labels) : null;
        var examples = builder.ReadsDemonstrations ? await ExamplesAsync(release, item.Text(), student?.Student, cancellationToken).ConfigureAwait(false) : [];
        return new(release.Definition, labels, item.Text(), student, examples);
    }

    private async ValueTask<List<Demonstration>> ExamplesAsync(Release release, string text, string? student, CancellationToken cancellationToken)
    {
        var solved = release.Examples;
        var nearest = solved.Pool.Nearest(text, release.Definition.Lead!.Demonstrations);
        if (release.Students.FirstOrDefault(tier => tier.Name == student) is not { } tier)
        {
            return [.. nearest.Select(example => solved.Pool[example])];
        }

        var fresh = new Dictionary<int, StudentReceipt>();
        var unknown = nearest.Where(example => !solved.Receipts.ContainsKey((tier.Name, example))).ToList();
        if (unknown.Count > 0)
        {
            var votes = await JoinedVotesAsync(release, tier, unknown.ConvertAll(example => new PipelineItem { Id = "", Input = solved.Pool[example].Text }), cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < votes.Length; i++)
            {
                fresh[unknown[i]] = Receipt(votes[i], release.Manifest.Labels);
                if (!votes[i].Alone)
                {
                    solved.Receipts[(tier.Name, unknown[i])] = fresh[unknown[i]];
                }
            }
        }

        return [.. nearest.Select(example => solved.Pool[example] with { Student = fresh.GetValueOrDefault(example) ?? solved.Receipts[(tier.Name, example)] })];
    }

    /// <summary>What a student says of each once those before it have spoken, as it does in the cascade: one of those that fails is passed over.</summary>
    private async ValueTask<TierVote[]> JoinedVotesAsync(Release release, Tier student, IReadOnlyList<PipelineItem> items, CancellationToken cancellationToken)
    {
        var votes = new List<TierVote>[items.Count];
        foreach (var tier in student.Pool is null ? [student] : release.Students.TakeWhile(tier => tier != student).Where(tier => tier.MayAnswer).Append(student))
        {
            try
            {
                var said = await scorer.VoteAsync(tier, items, cancellationToken).ConfigureAwait(false);
                for (var i = 0; i < said.Length; i++)
                {
                    votes[i] ??= [];
                    votes[i].Add(VotePool.Join(release.Students, tier, said[i], votes[i]));
                }
            }
            catch (Exception error) when (tier != student && error is not (OperationCanceledException or OverloadedException))
            {
                // The lead is not kept from its work by a student that it is not asked about.
            }
        }

        return Array.ConvertAll(votes, said => said[^1]);
    }

    private static StudentReceipt Receipt(TierVote vote, IReadOnlyList<string> labels) => new(vote.Tier, labels[vote.Label], vote.Confidence);
}
