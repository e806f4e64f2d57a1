using Grpc.Core;
using Understudy.Workflows.Durable;

namespace Understudy.Functions.Durable;

/// <summary>The host's durable engine, or the storage behind it, does not answer. Runs go on when it is back.</summary>
internal sealed class DurableAwayException(RpcException cause) : WorkflowsAwayException($"The durable engine does not answer: {Describe(cause)}", cause)
{
    /// <summary>Whether a call failed because of the engine and not of what it asked for: the host says <c>Unknown</c> of whatever its storage throws.</summary>
    public static bool IsMeantBy(RpcException failure) =>
        failure.StatusCode is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Unknown or StatusCode.DeadlineExceeded or StatusCode.ResourceExhausted;

    private static string Describe(RpcException cause) => cause.Status.Detail is { Length: > 0 } detail ? detail.Split('\n')[0].TrimEnd() : $"{cause.StatusCode}";
}
