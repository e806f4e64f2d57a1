using TorchSharp;
using Understudy.Inference.Decoding;
using Understudy.Training.Decoders;
using Understudy.Training.Onnx;

namespace Understudy.Training.Tests.Decoders;

public sealed class TextDecoderTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Weights_InOnnxRuntime_GiveTorchsLogits(bool tied)
    {
        torch.random.manual_seed(3);
        using var model = new TextDecoder(new(50, 64, 3, 4, 2, 16, 96, 64), tied);
        using (torch.no_grad())
        {
            // Wider than a model starts: logits of a size as trained ones have.
            foreach (var parameter in model.parameters().Where(parameter => parameter.dim() > 1))
            {
                parameter.mul_(6);
            }
        }

        int[] tokens = [7, 3, 49, 0, 12, 12, 31, 5, 8, 44];
        var path = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N") + ".onnx");
        try
        {
            DecoderExport.Save(model.Weights(), DecoderPrecision.Float32, path);
            using var exported = DecoderModel.Load(path);
            using var session = exported.NewSession();
            var actual = session.Score(tokens).ToArray();

            model.eval();
            using var none = torch.no_grad();
            using var scope = torch.NewDisposeScope();
            var hidden = model.forward(torch.tensor(tokens.Select(id => (long)id).ToArray(), [1, tokens.Length]));
            var expected = model.Logits(hidden.view(tokens.Length, -1)).data<float>().ToArray();
            Assert.True(expected.Max() - expected.Min() > 1, "the logits are too flat to tell anything");
            Assert.Equal(expected.Length, actual.Length);
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Forward_TokensAfterATextAndPadding_DoNotChangeIt()
    {
        using var model = new TextDecoder(new(50, 32, 2, 2, 1, 16, 48, 32), tied: false);
        model.eval();
        using var none = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var alone = model.forward(torch.tensor([4L, 9, 17], [1, 3]));
        var padded = model.forward(torch.tensor([4L, 9, 17, 0, 33], [1, 5])).narrow(1, 0, 3);
        Assert.True((alone - padded).abs().max().item<float>() < 1e-5);
    }
}
