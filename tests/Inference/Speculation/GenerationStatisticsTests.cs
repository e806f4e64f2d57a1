using Understudy.Inference.Tests.Decoding;
using Understudy.Training.Onnx;

namespace Understudy.Inference.Tests.Speculation;

public sealed class GenerationStatisticsTests
{
    /// <summary>A pass that rounding would decide gives no token; those that decide for it are passes, too.</summary>
    [Fact]
    public void AcceptedLength_PassesThatWereUndecided_CountAsPassesAlone()
    {
        using var target = new TinyDecoder(family: DecoderFamily.HuggingFace, spread: 6);
        using var draft = new TinyDecoder(precision: DecoderPrecision.Int4, spread: 6);
        using var speculator = GenerationTests.Speculator("draft", draft, null!, adaptive: false);
        using var session = target.Model.NewSession();
        var undecided = 0;
        for (var i = 0; i < 15; i++)
        {
            var output = GenerationTests.Run(session, TinyDecoder.Tokens(9, seed: i), 200, new(), speculator, out var statistics);
            Assert.Equal(output.Count, 1 + (statistics.Forwards * statistics.AcceptedLength), 1e-9);
            undecided += 1 + statistics.Forwards + statistics.Accepted - output.Count;
        }

        Assert.True(undecided > 0, "every pass decided, so nothing was tested");
    }
}
