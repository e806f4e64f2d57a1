using System.Formats.Tar;
using System.IO.Compression;
using SkiaSharp;
using Understudy.Training.Studies;

namespace Understudy.Training.Tests.Studies;

public sealed class StudyRunTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("study").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Run_FiltersOfBrightAndDarkPictures_TakesAThirdOfTheWork()
    {
        var report = Run("filters");
        Assert.Equal(7, report.Variants.Count);
        var (whole, retrained, taught) = (report.Variants[0], report.Variants[3], report.Variants[4]);
        Assert.Equal(("pruned, retrained", "whole, trained as much longer"), (retrained.Name, report.Variants[1].Name));
        Assert.All([retrained, taught], pruned => Assert.InRange(pruned.Facts["multiplyAdds"] / whole.Facts["multiplyAdds"], 0.01, 0.66));
        Assert.True(File.Exists(report.Plot));
    }

    [Theory]
    [InlineData("attention", 4)]
    [InlineData("simclr", 2)]
    public void Run_OtherStudiesOfPictures_MeasureEveryVariant(string name, int variants)
    {
        var report = Run(name);
        Assert.Equal(variants, report.Variants.Count);
        Assert.All(report.Variants, variant => Assert.InRange(variant.Mean, 0, 1));
        Assert.Contains(name, report.Row, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_SomeVariants_MeasuresAndComparesThoseAlone()
    {
        var report = Run("attention", "attention transfer", "labels alone");

        Assert.Equal(["labels alone", "attention transfer"], report.Variants.Select(variant => variant.Name));
        Assert.Equal(("attention transfer", "labels alone"), report.Comparisons.Select(comparison => (comparison.Name, comparison.Against)).Single());
        Assert.Contains("'labels alone'", Refused(() => Run("attention", "magic")), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OtherDataInTheSameWorkFolder_IsMeasuredAnew()
    {
        Assert.True(Measures("data"));
        Directory.Move(Path.Combine(_folder, "data"), Path.Combine(_folder, "moved"));
        Assert.False(Measures("moved"));
        Assert.True(Measures("other", brightest: 90)); // as many pictures
        Assert.False(Measures("moved"));

        bool Measures(string data, int brightest = 100)
        {
            var told = new List<string>();
            Run("attention", ["labels alone"], data, brightest, told);
            return told.Any(step => step == "labels alone, seed 3");
        }
    }

    [Fact]
    public void Run_UnknownNames_NamesTheKnownOnes()
    {
        Assert.Contains("soft-targets", Refused(() => new StudyRun("alchemy", new() { WorkFolder = _folder }).Run("")), StringComparison.Ordinal);
        Assert.Contains("cifar10", Refused(() => new StudyRun("filters", new() { WorkFolder = _folder, Set = "mnist" }).Run("")), StringComparison.Ordinal);
    }

    [Fact]
    public void Front_VariantsThatOthersBeatInBoth_AreLeftOut()
    {
        StudyVariant Variant(string name, double score, double bytes) => new(name, [score], score, 0, new Dictionary<string, double> { ["bytes"] = bytes });
        Assert.Equal(["small", "good"], StudySummary.Front([Variant("good", 0.9, 100), Variant("small", 0.7, 10), Variant("worse", 0.6, 20), Variant("large", 0.9, 200)], "bytes"));
    }

    [Fact]
    public void Spread_Values_IsTheSampleDeviation()
    {
        var (mean, deviation) = StudySummary.Spread([1, 2, 3]);
        Assert.Equal((2, 1), (mean, deviation));
        Assert.Equal((4, 0), StudySummary.Spread([4]));
    }

    private static string Refused(Action run) => Assert.Throws<StudyInvalidException>(run).Message;

    private StudyReport Run(string name, params string[] variants) => Run(name, variants, "data", 100, []);

    private StudyReport Run(string name, string[] variants, string data, int brightest, List<string> told)
    {
        var set = Path.Combine(_folder, data, "cifar10");
        if (!Directory.Exists(set))
        {
            Directory.CreateDirectory(set);
            Write(set, "train", 80, brightest);
            Write(set, "test", 20, brightest);
        }

        var options = new StudyOptions { Data = Path.Combine(_folder, data), WorkFolder = Path.Combine(_folder, "work"), Seeds = [3], Epochs = 1, Limit = 60, Variants = variants };
        return new StudyRun(name, options, new Listener(told)).Run(Path.Combine(_folder, "plot.png"), TestContext.Current.CancellationToken);
    }

    private void Write(string set, string part, int count, int brightest)
    {
        var random = new Random(count);
        var pictures = Directory.CreateDirectory(Path.Combine(_folder, part)).FullName;
        for (var at = 0; at < count; at++)
        {
            using var picture = new SKBitmap(8, 8);
            var bright = (byte)((at % 2 * 120) + random.Next(brightest));
            picture.Erase(new SKColor(bright, bright, bright));
            using var data = picture.Encode(SKEncodedImageFormat.Jpeg, 95);
            File.WriteAllBytes(Path.Combine(pictures, $"{at}.jpg"), data.ToArray());
        }

        using var archive = new GZipStream(File.Create(Path.Combine(set, $"{part}.tar.gz")), CompressionLevel.Fastest);
        TarFile.CreateFromDirectory(pictures, archive, includeBaseDirectory: false);
        File.WriteAllLines(Path.Combine(set, $"{part}.labels.tsv"), Enumerable.Range(0, count).Select(at => $"{at}.jpg\t{at % 2}\tx"));
    }

    private sealed class Listener(List<string> told) : IProgress<StudyProgress>
    {
        public void Report(StudyProgress value) => told.Add(value.Step);
    }
}
