using System.Formats.Tar;
using System.IO.Compression;
using SkiaSharp;
using TorchSharp;
using Understudy.Training.Images;

namespace Understudy.Training.Tests.Images;

public sealed class ImageTrainerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pictures").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Train_BrightAndDarkPictures_ToldApart()
    {
        torch.random.manual_seed(2);
        var images = Pictures(120);
        using var network = new ConvolutionNetwork([4, 4], 2);
        new ImageTrainer(network, new() { Epochs = 4, BatchImages = 20 }).Train(images);
        Assert.True(ImageTrainer.Accuracy(network, images) > 0.95);
    }

    [Fact]
    public void Train_TeacherThatContradictsTheLabels_IsFollowed()
    {
        torch.random.manual_seed(2);
        var images = Pictures(120);
        var wrong = images with { Labels = [.. images.Labels.Select(label => 1 - label)] };
        using var teacher = new ConvolutionNetwork([4, 4], 2);
        new ImageTrainer(teacher, new() { Epochs = 4, BatchImages = 20 }).Train(wrong);
        using var student = new ConvolutionNetwork([4, 4], 2);
        new ImageTrainer(student, new() { Epochs = 6, BatchImages = 20, SoftTargetShare = 1, AttentionWeight = 0.1 }, teacher).Train(images);
        Assert.True(ImageTrainer.Accuracy(student, images) < 0.1);
    }

    [Fact]
    public void Forward_GradientIsWanted_GivesTheSameAndAGradient()
    {
        torch.random.manual_seed(4);
        using var scope = torch.NewDisposeScope();
        using ConvolutionNetwork network = new([4, 6], 2);
        var pictures = torch.rand(8, 3, 7, 7);
        var wanted = pictures.clone().requires_grad_(true);

        var logits = network.forward(wanted);
        logits.sum().backward();

        Assert.True(logits.allclose(network.forward(pictures), atol: 1e-5));
        Assert.True(wanted.grad!.isfinite().all().item<bool>() && wanted.grad.abs().sum().item<float>() > 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Forward_Pictures_NormalisesAsTheModulesDo(bool training)
    {
        torch.random.manual_seed(4);
        using var none = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        using ConvolutionNetwork network = new([4, 4], 2), same = new([4, 4], 2);
        same.load_state_dict(network.state_dict());
        network.train(training);
        same.train(training);
        var pictures = torch.rand(8, 3, 6, 6);

        var logits = network.forward(pictures);

        var hidden = pictures;
        foreach (var (convolution, norm) in same.convolutions.Zip(same.norms))
        {
            hidden = norm.forward(convolution.forward(hidden)).relu();
        }

        Assert.True(logits.allclose(same.head.forward(hidden.mean([2, 3])), atol: 1e-6));
        Assert.All(network.norms.Zip(same.norms), pair => Assert.True(pair.First.running_mean!.allclose(pair.Second.running_mean!) && pair.First.running_var!.allclose(pair.Second.running_var!)));
    }

    [Fact]
    public void Load_JpegsInAnArchive_AreFoundByName()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "in")).FullName;
        Save(Path.Combine(folder, "a.jpg"), SKColors.Red);
        Save(Path.Combine(folder, "b.jpg"), SKColors.Blue);
        using (var archive = new GZipStream(File.Create(Path.Combine(_folder, "train.tar.gz")), CompressionLevel.Fastest))
        {
            TarFile.CreateFromDirectory(folder, archive, includeBaseDirectory: false);
        }

        File.WriteAllText(Path.Combine(_folder, "train.labels.tsv"), "b.jpg\t1\tx\na.jpg\t0\tx\n");
        var images = ImageSet.Load(_folder, "train", null, TestContext.Current.CancellationToken);
        Assert.Equal([1, 0], images.Labels);
        Assert.InRange(images.Pixels[2 * 64], 250, 255); // blue of b.jpg
        Assert.InRange(images.Pixels[3 * 64], 250, 255); // red of a.jpg
        Assert.Equal([0], images.Slice(1, 1).Labels);
    }

    private static void Save(string path, SKColor colour)
    {
        using var picture = new SKBitmap(8, 8);
        picture.Erase(colour);
        using var data = picture.Encode(SKEncodedImageFormat.Jpeg, 95);
        File.WriteAllBytes(path, data.ToArray());
    }

    private static ImageSet Pictures(int count)
    {
        var random = new Random(4);
        var labels = Enumerable.Range(0, count).Select(at => (long)(at % 2)).ToArray();
        return new([.. labels.SelectMany(label => Enumerable.Range(0, 3 * 64).Select(_ => (byte)((label * 100) + random.Next(120))))], labels, 8);
    }
}
