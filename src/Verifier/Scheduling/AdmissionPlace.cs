using System.Threading.RateLimiting;

namespace Understudy.Verifier.Scheduling;

/// <summary>A request's place among those that take turns; given back by disposing it.</summary>
internal sealed class AdmissionPlace(RateLimitLease lease, Admission admission, long since) : IDisposable
{
    public void Dispose()
    {
        admission.Left(since);
        lease.Dispose();
    }
}
