using Understudy.Inference.Leads;

namespace Understudy.Inference.Tests.Leads;

/// <summary>A lead that does what a test says, by the number of the attempt, from 1.</summary>
internal sealed class ScriptedLead(Func<int, CancellationToken, Task<LeadReply>> script) : ILeadEndpoint
{
    private int _attempts;

    public int Attempts => _attempts;

    public Task<LeadReply> AskAsync(LeadRequest request, CancellationToken cancellationToken) => script(Interlocked.Increment(ref _attempts), cancellationToken);

    public void Dispose()
    {
    }
}
