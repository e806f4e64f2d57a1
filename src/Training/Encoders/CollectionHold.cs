using System.Runtime;

namespace Understudy.Training.Encoders;

/// <summary>
/// Keeps the garbage collector away from steps of a training. TorchSharp makes an object of every number that a tensor's method is given and
/// frees what it holds when that is collected, which may be while native code still reads it (dotnet/TorchSharp, pull request 1434): once in some
/// hundred thousand steps that ended a training. For the whole process; two at once do no harm.
/// </summary>
internal sealed class CollectionHold : IDisposable
{
    private const long Bytes = 192 * 1024 * 1024;

    private long _enough;

    /// <summary>Lets collect what there is once half of the room is used up. To be called between steps, when nothing is under way.</summary>
    public void Renew()
    {
        if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion && GC.GetTotalAllocatedBytes() < _enough)
        {
            return;
        }

        Dispose();
        try
        {
            GC.TryStartNoGCRegion(Bytes);
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentOutOfRangeException)
        {
            // Another training holds it, or there is not so much memory: then all is as it was.
        }

        _enough = GC.GetTotalAllocatedBytes() + (Bytes / 2);
    }

    public void Dispose()
    {
        try
        {
            if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
            {
                GC.EndNoGCRegion();
            }
        }
        catch (InvalidOperationException)
        {
            // It ended by itself.
        }
    }
}
