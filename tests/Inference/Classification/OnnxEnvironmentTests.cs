using Understudy.Inference.Classification;

namespace Understudy.Inference.Tests.Classification;

public sealed class OnnxEnvironmentTests
{
    /// <summary>Options that are made before the pool set up ONNX Runtime without it, and every session gets threads of its own: the answers are the same, only slower.</summary>
    [Fact]
    public void NewSessionOptions_FirstOfTheProcess_FindsTheSharedPool()
    {
        using var options = OnnxEnvironment.NewSessionOptions();
        Assert.True(OnnxEnvironment.IsShared);
    }

    [Fact]
    public void NewSessionOptions_OtherThreadsThanTheShared_AreCounted()
    {
        using var own = OnnxEnvironment.NewSessionOptions(SessionThreads.Own);
        using var caller = OnnxEnvironment.NewSessionOptions(SessionThreads.Caller);
        Assert.Equal(Environment.ProcessorCount, own.IntraOpNumThreads);
        Assert.Equal(1, caller.IntraOpNumThreads);
    }
}
