using Microsoft.Azure.Functions.Worker;

namespace Understudy.Functions.Tests;

/// <summary>An invocation that nobody cancels.</summary>
internal sealed class FakeFunctionContext : FunctionContext
{
    public override CancellationToken CancellationToken => CancellationToken.None;
}
