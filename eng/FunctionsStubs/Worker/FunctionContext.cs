namespace Microsoft.Azure.Functions.Worker;

public abstract class FunctionContext
{
    public virtual CancellationToken CancellationToken => throw new NotSupportedException();
}
