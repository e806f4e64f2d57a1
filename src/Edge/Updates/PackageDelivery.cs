using Microsoft.Extensions.Options;
using Understudy.Inference.Releases;
using Understudy.Inference.Signing;
using Understudy.Inference.Sites;

namespace Understudy.Edge.Updates;

/// <summary>From a package that a pointer names to a release that may serve: bring it, open it, test it.</summary>
internal sealed class PackageDelivery(SiteStore store, PackageShelf shelf, ReleaseKeys keys, IOptions<EdgeOptions> options)
{
    /// <summary>Brings what of it is not here yet.</summary>
    /// <returns>The size of all its files and its list.</returns>
    /// <exception cref="PackageInvalidException">It is not what was pointed to, or came changed or cut short.</exception>
    public async Task<long> BringAsync(string task, ChannelPointer pointer, string address, CancellationToken cancellationToken)
    {
        if (shelf.Find(address) is { } here)
        {
            return here.Bytes + here.Write().Length;
        }

        if (!PackageRules.Hash().IsMatch(address))
        {
            throw new PackageInvalidException("the pointer names no package");
        }

        var list = await store.ReadPackageAsync(address, cancellationToken);
        var package = EdgePackage.Read(list, address);
        if (package.Task != task || package.Version != pointer.Version)
        {
            throw new PackageInvalidException($"the package is '{package.Version}' of '{package.Task}', and '{pointer.Version}' of '{task}' was pointed to");
        }

        await new PackageFetch(store, shelf).RunAsync(package, address, cancellationToken);
        shelf.TakeIn(list, address);
        return package.Bytes + list.Length;
    }

    /// <summary>Loads what lies on the shelf.</summary>
    /// <exception cref="PackageInvalidException">It is not whole.</exception>
    /// <exception cref="ReleaseInvalidException">It cannot be loaded, or is another release than the package says.</exception>
    public Release Open(string task, string version, string address)
    {
        var package = shelf.Find(address) ?? throw new PackageInvalidException($"package {address} is not whole");
        var folder = Path.Combine(shelf.FolderOf(address), version);
        var release = package.WithLead ? Release.Load(folder, keys.Trust) : Release.LoadStudents(folder, keys.Trust);
        if (release.Manifest.Task == task && release.Address == package.Release)
        {
            return release;
        }

        release.Dispose();
        throw new ReleaseInvalidException(folder, [$"release.json: it is another release than the package says: {release.Address} of '{release.Manifest.Task}'."]);
    }

    /// <summary>Lets it answer the samples that came with it.</summary>
    /// <exception cref="SelfTestFailedException">It judges too many of them otherwise than where the package was made.</exception>
    public async Task<SelfTestResult> TestAsync(Release release, string address, CancellationToken cancellationToken)
    {
        SelfTestResult result;
        try
        {
            result = await SelfTest.RunAsync(release, Path.Combine(shelf.FolderOf(address), EdgePackage.SamplesFile), cancellationToken);
        }
        catch (PackageInvalidException error)
        {
            throw new SelfTestFailedException($"the self-test failed: {error.Message}");
        }

        return result.Agreement >= options.Value.SelfTestAgreement ? result : throw new SelfTestFailedException(FormattableString.Invariant(
            $"the self-test failed: {result.Agreement:0.###} of the samples are judged as where the package was made; {options.Value.SelfTestAgreement:0.###} is the least"));
    }
}
