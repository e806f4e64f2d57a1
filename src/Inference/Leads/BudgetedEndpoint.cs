using System.Text;
using Understudy.Inference.Budgets;
using Understudy.Inference.Receipts;
using Understudy.Inference.Tasks;

namespace Understudy.Inference.Leads;

/// <summary>
/// Pays for every attempt at another endpoint: what it may cost at most is set aside before, what it did cost is settled after. An attempt that
/// was broken off may be billed, so it counts whole; one that was refused is not.
/// </summary>
internal sealed class BudgetedEndpoint(ILeadEndpoint inner, TaskDefinition task, IBudgetLedger budgets, TimeProvider time) : ILeadEndpoint
{
    /// <summary>Tokens that an endpoint adds of its own: roles, the schema's form.</summary>
    private const int Overhead = 256, LabelOverhead = 8;

    private const int TextTokens = 4096;

    private readonly TaskBudget _budget = task.Budget!;
    private readonly TimeSpan _hold = TimeSpan.FromSeconds((2 * task.Lead!.TimeoutSeconds) + 60);

    public async Task<LeadReply> AskAsync(LeadRequest request, CancellationToken cancellationToken)
    {
        var reservation = await budgets.ReserveAsync(task.Name, _budget, Most(request), _hold, cancellationToken).ConfigureAwait(false)
            ?? throw BudgetSpentException.Now(task.Name, _budget, time);
        var cost = reservation.Amount;
        request.Bill?.Add(cost); // now: who asked may not wait for an attempt that it broke off
        try
        {
            var reply = await inner.AskAsync(request, cancellationToken).ConfigureAwait(false);
            cost = Cost(reply.Tokens) ?? cost;
            return reply;
        }
        catch (LeadAnswerInvalidException error)
        {
            cost = Cost(error.Tokens) ?? cost;
            throw;
        }
        catch (Exception error) when (LeadFailure.IsFree(error))
        {
            cost = 0;
            throw;
        }
        finally
        {
            budgets.Settle(reservation, cost);
            request.Bill?.Add(cost - reservation.Amount);
        }
    }

    public void Dispose() => inner.Dispose();

    /// <summary>Null where the endpoint does not say what it took.</summary>
    private decimal? Cost(TokenAccount? tokens) => tokens is { Prompt: > 0 } ? _budget.Price(tokens.Prompt, tokens.Completion) : null;

    /// <summary>No tokenizer makes more tokens of a text than it has bytes; a Verifier counts none.</summary>
    private decimal Most(LeadRequest request)
    {
        if (task.Lead!.Protocol == LeadDefinition.Grpc)
        {
            return _budget.Price(0, 0);
        }

        long input = Overhead + Encoding.UTF8.GetByteCount(request.Prompt.Text) + (request.Schema is { } schema ? Encoding.UTF8.GetByteCount(schema.GetRawText()) : 0);
        foreach (var label in request.Labels)
        {
            input += LabelOverhead + (2 * Encoding.UTF8.GetByteCount(label));
        }

        return _budget.Price(input, OpenAiLead.MostTokens(task.Lead, request) ?? TextTokens);
    }
}
