using Understudy.Inference.Decoding;
using Understudy.Tests;
using Understudy.Verifier.LanguageModels;

namespace Understudy.Verifier.Tests.LanguageModels;

public sealed class ServedModelTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Constructor_AnyModel_LeavesNothingToMeasure(bool speculate)
    {
        using var folder = new TemporaryFolder();
        using var served = new ServedModel("tiny", new(LanguageModel.Load(TinyModels.Write(folder.Path))), speculate, DateTimeOffset.UnixEpoch);
        var before = GC.GetAllocatedBytesForCurrentThread();
        served.Model.Decoder.Measure(); // passes have sessions and keep logits
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
