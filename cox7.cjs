const importMetaUrl = require('node:url').pathToFileURL(__filename).href;
var __create = Object.create;
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __getProtoOf = Object.getPrototypeOf;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __commonJS = (cb, mod) => function __require() {
  try {
    return mod || (0, cb[__getOwnPropNames(cb)[0]])((mod = { exports: {} }).exports, mod), mod.exports;
  } catch (e) {
    throw mod = 0, e;
  }
};
var __export = (target, all) => {
  for (var name in all)
    __defProp(target, name, { get: all[name], enumerable: true });
};
var __copyProps = (to, from, except, desc) => {
  if (from && typeof from === "object" || typeof from === "function") {
    for (let key of __getOwnPropNames(from))
      if (!__hasOwnProp.call(to, key) && key !== except)
        __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
  }
  return to;
};
var __toESM = (mod, isNodeMode, target) => (target = mod != null ? __create(__getProtoOf(mod)) : {}, __copyProps(
  // If the importer is in node compatibility mode or this is not an ESM
  // file that has been converted to a CommonJS file using a Babel-
  // compatible transform (i.e. "__esModule" has not been set), then set
  // "default" to the CommonJS "module.exports" for node compatibility.
  isNodeMode || !mod || !mod.__esModule ? __defProp(target, "default", { value: mod, enumerable: true }) : target,
  mod
));
var __toCommonJS = (mod) => __copyProps(__defProp({}, "__esModule", { value: true }), mod);

// node_modules/yaml/dist/nodes/identity.js
var require_identity = __commonJS({
  "node_modules/yaml/dist/nodes/identity.js"(exports2) {
    "use strict";
    var ALIAS = /* @__PURE__ */ Symbol.for("yaml.alias");
    var DOC = /* @__PURE__ */ Symbol.for("yaml.document");
    var MAP = /* @__PURE__ */ Symbol.for("yaml.map");
    var PAIR = /* @__PURE__ */ Symbol.for("yaml.pair");
    var SCALAR = /* @__PURE__ */ Symbol.for("yaml.scalar");
    var SEQ = /* @__PURE__ */ Symbol.for("yaml.seq");
    var NODE_TYPE = /* @__PURE__ */ Symbol.for("yaml.node.type");
    var isAlias = (node2) => !!node2 && typeof node2 === "object" && node2[NODE_TYPE] === ALIAS;
    var isDocument = (node2) => !!node2 && typeof node2 === "object" && node2[NODE_TYPE] === DOC;
    var isMap = (node2) => !!node2 && typeof node2 === "object" && node2[NODE_TYPE] === MAP;
    var isPair = (node2) => !!node2 && typeof node2 === "object" && node2[NODE_TYPE] === PAIR;
    var isScalar = (node2) => !!node2 && typeof node2 === "object" && node2[NODE_TYPE] === SCALAR;
    var isSeq = (node2) => !!node2 && typeof node2 === "object" && node2[NODE_TYPE] === SEQ;
    function isCollection(node2) {
      if (node2 && typeof node2 === "object")
        switch (node2[NODE_TYPE]) {
          case MAP:
          case SEQ:
            return true;
        }
      return false;
    }
    function isNode(node2) {
      if (node2 && typeof node2 === "object")
        switch (node2[NODE_TYPE]) {
          case ALIAS:
          case MAP:
          case SCALAR:
          case SEQ:
            return true;
        }
      return false;
    }
    var hasAnchor = (node2) => (isScalar(node2) || isCollection(node2)) && !!node2.anchor;
    exports2.ALIAS = ALIAS;
    exports2.DOC = DOC;
    exports2.MAP = MAP;
    exports2.NODE_TYPE = NODE_TYPE;
    exports2.PAIR = PAIR;
    exports2.SCALAR = SCALAR;
    exports2.SEQ = SEQ;
    exports2.hasAnchor = hasAnchor;
    exports2.isAlias = isAlias;
    exports2.isCollection = isCollection;
    exports2.isDocument = isDocument;
    exports2.isMap = isMap;
    exports2.isNode = isNode;
    exports2.isPair = isPair;
    exports2.isScalar = isScalar;
    exports2.isSeq = isSeq;
  }
});

// node_modules/yaml/dist/visit.js
var require_visit = __commonJS({
  "node_modules/yaml/dist/visit.js"(exports2) {
    "use strict";
    var identity = require_identity();
    var BREAK = /* @__PURE__ */ Symbol("break visit");
    var SKIP = /* @__PURE__ */ Symbol("skip children");
    var REMOVE = /* @__PURE__ */ Symbol("remove node");
    function visit(node2, visitor) {
      const visitor_ = initVisitor(visitor);
      if (identity.isDocument(node2)) {
        const cd = visit_(null, node2.contents, visitor_, Object.freeze([node2]));
        if (cd === REMOVE)
          node2.contents = null;
      } else
        visit_(null, node2, visitor_, Object.freeze([]));
    }
    visit.BREAK = BREAK;
    visit.SKIP = SKIP;
    visit.REMOVE = REMOVE;
    function visit_(key, node2, visitor, path) {
      const ctrl = callVisitor(key, node2, visitor, path);
      if (identity.isNode(ctrl) || identity.isPair(ctrl)) {
        replaceNode(key, path, ctrl);
        return visit_(key, ctrl, visitor, path);
      }
      if (typeof ctrl !== "symbol") {
        if (identity.isCollection(node2)) {
          path = Object.freeze(path.concat(node2));
          for (let i = 0; i < node2.items.length; ++i) {
            const ci = visit_(i, node2.items[i], visitor, path);
            if (typeof ci === "number")
              i = ci - 1;
            else if (ci === BREAK)
              return BREAK;
            else if (ci === REMOVE) {
              node2.items.splice(i, 1);
              i -= 1;
            }
          }
        } else if (identity.isPair(node2)) {
          path = Object.freeze(path.concat(node2));
          const ck = visit_("key", node2.key, visitor, path);
          if (ck === BREAK)
            return BREAK;
          else if (ck === REMOVE)
            node2.key = null;
          const cv = visit_("value", node2.value, visitor, path);
          if (cv === BREAK)
            return BREAK;
          else if (cv === REMOVE)
            node2.value = null;
        }
      }
      return ctrl;
    }
    async function visitAsync(node2, visitor) {
      const visitor_ = initVisitor(visitor);
      if (identity.isDocument(node2)) {
        const cd = await visitAsync_(null, node2.contents, visitor_, Object.freeze([node2]));
        if (cd === REMOVE)
          node2.contents = null;
      } else
        await visitAsync_(null, node2, visitor_, Object.freeze([]));
    }
    visitAsync.BREAK = BREAK;
    visitAsync.SKIP = SKIP;
    visitAsync.REMOVE = REMOVE;
    async function visitAsync_(key, node2, visitor, path) {
      const ctrl = await callVisitor(key, node2, visitor, path);
      if (identity.isNode(ctrl) || identity.isPair(ctrl)) {
        replaceNode(key, path, ctrl);
        return visitAsync_(key, ctrl, visitor, path);
      }
      if (typeof ctrl !== "symbol") {
        if (identity.isCollection(node2)) {
          path = Object.freeze(path.concat(node2));
          for (let i = 0; i < node2.items.length; ++i) {
            const ci = await visitAsync_(i, node2.items[i], visitor, path);
            if (typeof ci === "number")
              i = ci - 1;
            else if (ci === BREAK)
              return BREAK;
            else if (ci === REMOVE) {
              node2.items.splice(i, 1);
              i -= 1;
            }
          }
        } else if (identity.isPair(node2)) {
          path = Object.freeze(path.concat(node2));
          const ck = await visitAsync_("key", node2.key, visitor, path);
          if (ck === BREAK)
            return BREAK;
          else if (ck === REMOVE)
            node2.key = null;
          const cv = await visitAsync_("value", node2.value, visitor, path);
          if (cv === BREAK)
            return BREAK;
          else if (cv === REMOVE)
            node2.value = null;
        }
      }
      return ctrl;
    }
    function initVisitor(visitor) {
      if (typeof visitor === "object" && (visitor.Collection || visitor.Node || visitor.Value)) {
        return Object.assign({
          Alias: visitor.Node,
          Map: visitor.Node,
          Scalar: visitor.Node,
          Seq: visitor.Node
        }, visitor.Value && {
          Map: visitor.Value,
          Scalar: visitor.Value,
          Seq: visitor.Value
        }, visitor.Collection && {
          Map: visitor.Collection,
          Seq: visitor.Collection
        }, visitor);
      }
      return visitor;
    }
    function callVisitor(key, node2, visitor, path) {
      if (typeof visitor === "function")
        return visitor(key, node2, path);
      if (identity.isMap(node2))
        return visitor.Map?.(key, node2, path);
      if (identity.isSeq(node2))
        return visitor.Seq?.(key, node2, path);
      if (identity.isPair(node2))
        return visitor.Pair?.(key, node2, path);
      if (identity.isScalar(node2))
        return visitor.Scalar?.(key, node2, path);
      if (identity.isAlias(node2))
        return visitor.Alias?.(key, node2, path);
      return void 0;
    }
    function replaceNode(key, path, node2) {
      const parent = path[path.length - 1];
      if (identity.isCollection(parent)) {
        parent.items[key] = node2;
      } else if (identity.isPair(parent)) {
        if (key === "key")
          parent.key = node2;
        else
          parent.value = node2;
      } else if (identity.isDocument(parent)) {
        parent.contents = node2;
      } else {
        const pt = identity.isAlias(parent) ? "alias" : "scalar";
        throw new Error(`Cannot replace node with ${pt} parent`);
      }
    }
    exports2.visit = visit;
    exports2.visitAsync = visitAsync;
  }
});

// node_modules/yaml/dist/doc/directives.js
var require_directives = __commonJS({
  "node_modules/yaml/dist/doc/directives.js"(exports2) {
    "use strict";
    var identity = require_identity();
    var visit = require_visit();
    var escapeChars = {
      "!": "%21",
      ",": "%2C",
      "[": "%5B",
      "]": "%5D",
      "{": "%7B",
      "}": "%7D"
    };
    var escapeTagName = (tn) => tn.replace(/[!,[\]{}]/g, (ch) => escapeChars[ch]);
    var Directives = class _Directives {
      constructor(yaml, tags) {
        this.docStart = null;
        this.docEnd = false;
        this.yaml = Object.assign({}, _Directives.defaultYaml, yaml);
        this.tags = Object.assign({}, _Directives.defaultTags, tags);
      }
      clone() {
        const copy = new _Directives(this.yaml, this.tags);
        copy.docStart = this.docStart;
        return copy;
      }
      /**
       * During parsing, get a Directives instance for the current document and
       * update the stream state according to the current version's spec.
       */
      atDocument() {
        const res = new _Directives(this.yaml, this.tags);
        switch (this.yaml.version) {
          case "1.1":
            this.atNextDocument = true;
            break;
          case "1.2":
            this.atNextDocument = false;
            this.yaml = {
              explicit: _Directives.defaultYaml.explicit,
              version: "1.2"
            };
            this.tags = Object.assign({}, _Directives.defaultTags);
            break;
        }
        return res;
      }
      /**
       * @param onError - May be called even if the action was successful
       * @returns `true` on success
       */
      add(line, onError) {
        if (this.atNextDocument) {
          this.yaml = { explicit: _Directives.defaultYaml.explicit, version: "1.1" };
          this.tags = Object.assign({}, _Directives.defaultTags);
          this.atNextDocument = false;
        }
        const parts = line.trim().split(/[ \t]+/);
        const name = parts.shift();
        switch (name) {
          case "%TAG": {
            if (parts.length !== 2) {
              onError(0, "%TAG directive should contain exactly two parts");
              if (parts.length < 2)
                return false;
            }
            const [handle, prefix] = parts;
            this.tags[handle] = prefix;
            return true;
          }
          case "%YAML": {
            this.yaml.explicit = true;
            if (parts.length !== 1) {
              onError(0, "%YAML directive should contain exactly one part");
              return false;
            }
            const [version2] = parts;
            if (version2 === "1.1" || version2 === "1.2") {
              this.yaml.version = version2;
              return true;
            } else {
              const isValid = /^\d+\.\d+$/.test(version2);
              onError(6, `Unsupported YAML version ${version2}`, isValid);
              return false;
            }
          }
          default:
            onError(0, `Unknown directive ${name}`, true);
            return false;
        }
      }
      /**
       * Resolves a tag, matching handles to those defined in %TAG directives.
       *
       * @returns Resolved tag, which may also be the non-specific tag `'!'` or a
       *   `'!local'` tag, or `null` if unresolvable.
       */
      tagName(source, onError) {
        if (source === "!")
          return "!";
        if (source[0] !== "!") {
          onError(`Not a valid tag: ${source}`);
          return null;
        }
        if (source[1] === "<") {
          const verbatim = source.slice(2, -1);
          if (verbatim === "!" || verbatim === "!!") {
            onError(`Verbatim tags aren't resolved, so ${source} is invalid.`);
            return null;
          }
          if (source[source.length - 1] !== ">")
            onError("Verbatim tags must end with a >");
          return verbatim;
        }
        const [, handle, suffix] = source.match(/^(.*!)([^!]*)$/s);
        if (!suffix)
          onError(`The ${source} tag has no suffix`);
        const prefix = this.tags[handle];
        if (prefix) {
          try {
            return prefix + decodeURIComponent(suffix);
          } catch (error2) {
            onError(String(error2));
            return null;
          }
        }
        if (handle === "!")
          return source;
        onError(`Could not resolve tag: ${source}`);
        return null;
      }
      /**
       * Given a fully resolved tag, returns its printable string form,
       * taking into account current tag prefixes and defaults.
       */
      tagString(tag) {
        for (const [handle, prefix] of Object.entries(this.tags)) {
          if (tag.startsWith(prefix))
            return handle + escapeTagName(tag.substring(prefix.length));
        }
        return tag[0] === "!" ? tag : `!<${tag}>`;
      }
      toString(doc) {
        const lines = this.yaml.explicit ? [`%YAML ${this.yaml.version || "1.2"}`] : [];
        const tagEntries = Object.entries(this.tags);
        let tagNames;
        if (doc && tagEntries.length > 0 && identity.isNode(doc.contents)) {
          const tags = {};
          visit.visit(doc.contents, (_key, node2) => {
            if (identity.isNode(node2) && node2.tag)
              tags[node2.tag] = true;
          });
          tagNames = Object.keys(tags);
        } else
          tagNames = [];
        for (const [handle, prefix] of tagEntries) {
          if (handle === "!!" && prefix === "tag:yaml.org,2002:")
            continue;
          if (!doc || tagNames.some((tn) => tn.startsWith(prefix)))
            lines.push(`%TAG ${handle} ${prefix}`);
        }
        return lines.join("\n");
      }
    };
    Directives.defaultYaml = { explicit: false, version: "1.2" };
    Directives.defaultTags = { "!!": "tag:yaml.org,2002:" };
    exports2.Directives = Directives;
  }
});

// node_modules/yaml/dist/doc/anchors.js
var require_anchors = __commonJS({
  "node_modules/yaml/dist/doc/anchors.js"(exports2) {
    "use strict";
    var identity = require_identity();
    var visit = require_visit();
    function anchorIsValid(anchor2) {
      if (/[\x00-\x19\s,[\]{}]/.test(anchor2)) {
        const sa = JSON.stringify(anchor2);
        const msg = `Anchor must not contain whitespace or control characters: ${sa}`;
        throw new Error(msg);
      }
      return true;
    }
    function anchorNames(root) {
      const anchors = /* @__PURE__ */ new Set();
      visit.visit(root, {
        Value(_key, node2) {
          if (node2.anchor)
            anchors.add(node2.anchor);
        }
      });
      return anchors;
    }
    function findNewAnchor(prefix, exclude) {
      for (let i = 1; true; ++i) {
        const name = `${prefix}${i}`;
        if (!exclude.has(name))
          return name;
      }
    }
    function createNodeAnchors(doc, prefix) {
      const aliasObjects = [];
      const sourceObjects = /* @__PURE__ */ new Map();
      let prevAnchors = null;
      return {
        onAnchor: (source) => {
          aliasObjects.push(source);
          prevAnchors ?? (prevAnchors = anchorNames(doc));
          const anchor2 = findNewAnchor(prefix, prevAnchors);
          prevAnchors.add(anchor2);
          return anchor2;
        },
        /**
         * With circular references, the source node is only resolved after all
         * of its child nodes are. This is why anchors are set only after all of
         * the nodes have been created.
         */
        setAnchors: () => {
          for (const source of aliasObjects) {
            const ref = sourceObjects.get(source);
            if (typeof ref === "object" && ref.anchor && (identity.isScalar(ref.node) || identity.isCollection(ref.node))) {
              ref.node.anchor = ref.anchor;
            } else {
              const error2 = new Error("Failed to resolve repeated object (this should not happen)");
              error2.source = source;
              throw error2;
            }
          }
        },
        sourceObjects
      };
    }
    exports2.anchorIsValid = anchorIsValid;
    exports2.anchorNames = anchorNames;
    exports2.createNodeAnchors = createNodeAnchors;
    exports2.findNewAnchor = findNewAnchor;
  }
});

// node_modules/yaml/dist/doc/applyReviver.js
var require_applyReviver = __commonJS({
  "node_modules/yaml/dist/doc/applyReviver.js"(exports2) {
    "use strict";
    function applyReviver(reviver, obj, key, val) {
      if (val && typeof val === "object") {
        if (Array.isArray(val)) {
          for (let i = 0, len = val.length; i < len; ++i) {
            const v0 = val[i];
            const v1 = applyReviver(reviver, val, String(i), v0);
            if (v1 === void 0)
              delete val[i];
            else if (v1 !== v0)
              val[i] = v1;
          }
        } else if (val instanceof Map) {
          for (const k of Array.from(val.keys())) {
            const v0 = val.get(k);
            const v1 = applyReviver(reviver, val, k, v0);
            if (v1 === void 0)
              val.delete(k);
            else if (v1 !== v0)
              val.set(k, v1);
          }
        } else if (val instanceof Set) {
          for (const v0 of Array.from(val)) {
            const v1 = applyReviver(reviver, val, v0, v0);
            if (v1 === void 0)
              val.delete(v0);
            else if (v1 !== v0) {
              val.delete(v0);
              val.add(v1);
            }
          }
        } else {
          for (const [k, v0] of Object.entries(val)) {
            const v1 = applyReviver(reviver, val, k, v0);
            if (v1 === void 0)
              delete val[k];
            else if (v1 !== v0)
              val[k] = v1;
          }
        }
      }
      return reviver.call(obj, key, val);
    }
    exports2.applyReviver = applyReviver;
  }
});

// node_modules/yaml/dist/nodes/toJS.js
var require_toJS = __commonJS({
  "node_modules/yaml/dist/nodes/toJS.js"(exports2) {
    "use strict";
    var identity = require_identity();
    function toJS(value, arg, ctx) {
      if (Array.isArray(value))
        return value.map((v, i) => toJS(v, String(i), ctx));
      if (value && typeof value.toJSON === "function") {
        if (!ctx || !identity.hasAnchor(value))
          return value.toJSON(arg, ctx);
        const data = { aliasCount: 0, count: 1, res: void 0 };
        ctx.anchors.set(value, data);
        ctx.onCreate = (res2) => {
          data.res = res2;
          delete ctx.onCreate;
        };
        const res = value.toJSON(arg, ctx);
        if (ctx.onCreate)
          ctx.onCreate(res);
        return res;
      }
      if (typeof value === "bigint" && !ctx?.keep)
        return Number(value);
      return value;
    }
    exports2.toJS = toJS;
  }
});

// node_modules/yaml/dist/nodes/Node.js
var require_Node = __commonJS({
  "node_modules/yaml/dist/nodes/Node.js"(exports2) {
    "use strict";
    var applyReviver = require_applyReviver();
    var identity = require_identity();
    var toJS = require_toJS();
    var NodeBase = class {
      constructor(type) {
        Object.defineProperty(this, identity.NODE_TYPE, { value: type });
      }
      /** Create a copy of this node.  */
      clone() {
        const copy = Object.create(Object.getPrototypeOf(this), Object.getOwnPropertyDescriptors(this));
        if (this.range)
          copy.range = this.range.slice();
        return copy;
      }
      /** A plain JavaScript representation of this node. */
      toJS(doc, { mapAsMap, maxAliasCount, onAnchor, reviver } = {}) {
        if (!identity.isDocument(doc))
          throw new TypeError("A document argument is required");
        const ctx = {
          anchors: /* @__PURE__ */ new Map(),
          doc,
          keep: true,
          mapAsMap: mapAsMap === true,
          mapKeyWarned: false,
          maxAliasCount: typeof maxAliasCount === "number" ? maxAliasCount : 100
        };
        const res = toJS.toJS(this, "", ctx);
        if (typeof onAnchor === "function")
          for (const { count: count3, res: res2 } of ctx.anchors.values())
            onAnchor(res2, count3);
        return typeof reviver === "function" ? applyReviver.applyReviver(reviver, { "": res }, "", res) : res;
      }
    };
    exports2.NodeBase = NodeBase;
  }
});

// node_modules/yaml/dist/nodes/Alias.js
var require_Alias = __commonJS({
  "node_modules/yaml/dist/nodes/Alias.js"(exports2) {
    "use strict";
    var anchors = require_anchors();
    var visit = require_visit();
    var identity = require_identity();
    var Node = require_Node();
    var toJS = require_toJS();
    var Alias = class extends Node.NodeBase {
      constructor(source) {
        super(identity.ALIAS);
        this.source = source;
        Object.defineProperty(this, "tag", {
          set() {
            throw new Error("Alias nodes cannot have tags");
          }
        });
      }
      /**
       * Resolve the value of this alias within `doc`, finding the last
       * instance of the `source` anchor before this node.
       */
      resolve(doc, ctx) {
        if (ctx?.maxAliasCount === 0)
          throw new ReferenceError("Alias resolution is disabled");
        let nodes;
        if (ctx?.aliasResolveCache) {
          nodes = ctx.aliasResolveCache;
        } else {
          nodes = [];
          visit.visit(doc, {
            Node: (_key, node2) => {
              if (identity.isAlias(node2) || identity.hasAnchor(node2))
                nodes.push(node2);
            }
          });
          if (ctx)
            ctx.aliasResolveCache = nodes;
        }
        let found = void 0;
        for (const node2 of nodes) {
          if (node2 === this)
            break;
          if (node2.anchor === this.source)
            found = node2;
        }
        if (found && ctx) {
          const { anchors: anchors2, doc: doc2, maxAliasCount } = ctx;
          let data = anchors2.get(found);
          if (!data) {
            toJS.toJS(found, null, ctx);
            data = anchors2.get(found);
          }
          if (data?.res === void 0) {
            const msg = "This should not happen: Alias anchor was not resolved?";
            throw new ReferenceError(msg);
          }
          if (maxAliasCount >= 0) {
            data.count += 1;
            if (data.aliasCount === 0)
              data.aliasCount = getAliasCount(doc2, found, anchors2);
            if (data.count * data.aliasCount > maxAliasCount) {
              const msg = "Excessive alias count indicates a resource exhaustion attack";
              throw new ReferenceError(msg);
            }
          }
        }
        return found;
      }
      toJSON(_arg, ctx) {
        if (!ctx)
          return { source: this.source };
        const source = this.resolve(ctx.doc, ctx);
        if (!source) {
          const msg = `Unresolved alias (the anchor must be set before the alias): ${this.source}`;
          throw new ReferenceError(msg);
        }
        return ctx.anchors.get(source).res;
      }
      toString(ctx, _onComment, _onChompKeep) {
        const src = `*${this.source}`;
        if (ctx) {
          anchors.anchorIsValid(this.source);
          if (ctx.options.verifyAliasOrder && !ctx.anchors.has(this.source)) {
            const msg = `Unresolved alias (the anchor must be set before the alias): ${this.source}`;
            throw new Error(msg);
          }
          if (ctx.implicitKey)
            return `${src} `;
        }
        return src;
      }
    };
    function getAliasCount(doc, node2, anchors2) {
      if (identity.isAlias(node2)) {
        const source = node2.resolve(doc);
        const anchor2 = anchors2 && source && anchors2.get(source);
        return anchor2 ? anchor2.count * anchor2.aliasCount : 0;
      } else if (identity.isCollection(node2)) {
        let count3 = 0;
        for (const item of node2.items) {
          const c = getAliasCount(doc, item, anchors2);
          if (c > count3)
            count3 = c;
        }
        return count3;
      } else if (identity.isPair(node2)) {
        const kc = getAliasCount(doc, node2.key, anchors2);
        const vc = getAliasCount(doc, node2.value, anchors2);
        return Math.max(kc, vc);
      }
      return 1;
    }
    exports2.Alias = Alias;
  }
});

// node_modules/yaml/dist/nodes/Scalar.js
var require_Scalar = __commonJS({
  "node_modules/yaml/dist/nodes/Scalar.js"(exports2) {
    "use strict";
    var identity = require_identity();
    var Node = require_Node();
    var toJS = require_toJS();
    var isScalarValue = (value) => !value || typeof value !== "function" && typeof value !== "object";
    var Scalar = class extends Node.NodeBase {
      constructor(value) {
        super(identity.SCALAR);
        this.value = value;
      }
      toJSON(arg, ctx) {
        return ctx?.keep ? this.value : toJS.toJS(this.value, arg, ctx);
      }
      toString() {
        return String(this.value);
      }
    };
    Scalar.BLOCK_FOLDED = "BLOCK_FOLDED";
    Scalar.BLOCK_LITERAL = "BLOCK_LITERAL";
    Scalar.PLAIN = "PLAIN";
    Scalar.QUOTE_DOUBLE = "QUOTE_DOUBLE";
    Scalar.QUOTE_SINGLE = "QUOTE_SINGLE";
    exports2.Scalar = Scalar;
    exports2.isScalarValue = isScalarValue;
  }
});

// node_modules/yaml/dist/doc/createNode.js
var require_createNode = __commonJS({
  "node_modules/yaml/dist/doc/createNode.js"(exports2) {
    "use strict";
    var Alias = require_Alias();
    var identity = require_identity();
    var Scalar = require_Scalar();
    var defaultTagPrefix = "tag:yaml.org,2002:";
    function findTagObject(value, tagName, tags) {
      if (tagName) {
        const match = tags.filter((t) => t.tag === tagName);
        const tagObj = match.find((t) => !t.format) ?? match[0];
        if (!tagObj)
          throw new Error(`Tag ${tagName} not found`);
        return tagObj;
      }
      return tags.find((t) => t.identify?.(value) && !t.format);
    }
    function createNode(value, tagName, ctx) {
      if (identity.isDocument(value))
        value = value.contents;
      if (identity.isNode(value))
        return value;
      if (identity.isPair(value)) {
        const map = ctx.schema[identity.MAP].createNode?.(ctx.schema, null, ctx);
        map.items.push(value);
        return map;
      }
      if (value instanceof String || value instanceof Number || value instanceof Boolean || typeof BigInt !== "undefined" && value instanceof BigInt) {
        value = value.valueOf();
      }
      const { aliasDuplicateObjects, onAnchor, onTagObj, schema, sourceObjects } = ctx;
      let ref = void 0;
      if (aliasDuplicateObjects && value && typeof value === "object") {
        ref = sourceObjects.get(value);
        if (ref) {
          ref.anchor ?? (ref.anchor = onAnchor(value));
          return new Alias.Alias(ref.anchor);
        } else {
          ref = { anchor: null, node: null };
          sourceObjects.set(value, ref);
        }
      }
      if (tagName?.startsWith("!!"))
        tagName = defaultTagPrefix + tagName.slice(2);
      let tagObj = findTagObject(value, tagName, schema.tags);
      if (!tagObj) {
        if (value && typeof value.toJSON === "function") {
          value = value.toJSON();
        }
        if (!value || typeof value !== "object") {
          const node3 = new Scalar.Scalar(value);
          if (ref)
            ref.node = node3;
          return node3;
        }
        tagObj = value instanceof Map ? schema[identity.MAP] : Symbol.iterator in Object(value) ? schema[identity.SEQ] : schema[identity.MAP];
      }
      if (onTagObj) {
        onTagObj(tagObj);
        delete ctx.onTagObj;
      }
      const node2 = tagObj?.createNode ? tagObj.createNode(ctx.schema, value, ctx) : typeof tagObj?.nodeClass?.from === "function" ? tagObj.nodeClass.from(ctx.schema, value, ctx) : new Scalar.Scalar(value);
      if (tagName)
        node2.tag = tagName;
      else if (!tagObj.default)
        node2.tag = tagObj.tag;
      if (ref)
        ref.node = node2;
      return node2;
    }
    exports2.createNode = createNode;
  }
});

// node_modules/yaml/dist/nodes/Collection.js
var require_Collection = __commonJS({
  "node_modules/yaml/dist/nodes/Collection.js"(exports2) {
    "use strict";
    var createNode = require_createNode();
    var identity = require_identity();
    var Node = require_Node();
    function collectionFromPath(schema, path, value) {
      let v = value;
      for (let i = path.length - 1; i >= 0; --i) {
        const k = path[i];
        if (typeof k === "number" && Number.isInteger(k) && k >= 0) {
          const a = [];
          a[k] = v;
          v = a;
        } else {
          v = /* @__PURE__ */ new Map([[k, v]]);
        }
      }
      return createNode.createNode(v, void 0, {
        aliasDuplicateObjects: false,
        keepUndefined: false,
        onAnchor: () => {
          throw new Error("This should not happen, please report a bug.");
        },
        schema,
        sourceObjects: /* @__PURE__ */ new Map()
      });
    }
    var isEmptyPath = (path) => path == null || typeof path === "object" && !!path[Symbol.iterator]().next().done;
    var Collection = class extends Node.NodeBase {
      constructor(type, schema) {
        super(type);
        Object.defineProperty(this, "schema", {
          value: schema,
          configurable: true,
          enumerable: false,
          writable: true
        });
      }
      /**
       * Create a copy of this collection.
       *
       * @param schema - If defined, overwrites the original's schema
       */
      clone(schema) {
        const copy = Object.create(Object.getPrototypeOf(this), Object.getOwnPropertyDescriptors(this));
        if (schema)
          copy.schema = schema;
        copy.items = copy.items.map((it) => identity.isNode(it) || identity.isPair(it) ? it.clone(schema) : it);
        if (this.range)
          copy.range = this.range.slice();
        return copy;
      }
      /**
       * Adds a value to the collection. For `!!map` and `!!omap` the value must
       * be a Pair instance or a `{ key, value }` object, which may not have a key
       * that already exists in the map.
       */
      addIn(path, value) {
        if (isEmptyPath(path))
          this.add(value);
        else {
          const [key, ...rest] = path;
          const node2 = this.get(key, true);
          if (identity.isCollection(node2))
            node2.addIn(rest, value);
          else if (node2 === void 0 && this.schema)
            this.set(key, collectionFromPath(this.schema, rest, value));
          else
            throw new Error(`Expected YAML collection at ${key}. Remaining path: ${rest}`);
        }
      }
      /**
       * Removes a value from the collection.
       * @returns `true` if the item was found and removed.
       */
      deleteIn(path) {
        const [key, ...rest] = path;
        if (rest.length === 0)
          return this.delete(key);
        const node2 = this.get(key, true);
        if (identity.isCollection(node2))
          return node2.deleteIn(rest);
        else
          throw new Error(`Expected YAML collection at ${key}. Remaining path: ${rest}`);
      }
      /**
       * Returns item at `key`, or `undefined` if not found. By default unwraps
       * scalar values from their surrounding node; to disable set `keepScalar` to
       * `true` (collections are always returned intact).
       */
      getIn(path, keepScalar) {
        const [key, ...rest] = path;
        const node2 = this.get(key, true);
        if (rest.length === 0)
          return !keepScalar && identity.isScalar(node2) ? node2.value : node2;
        else
          return identity.isCollection(node2) ? node2.getIn(rest, keepScalar) : void 0;
      }
      hasAllNullValues(allowScalar) {
        return this.items.every((node2) => {
          if (!identity.isPair(node2))
            return false;
          const n = node2.value;
          return n == null || allowScalar && identity.isScalar(n) && n.value == null && !n.commentBefore && !n.comment && !n.tag;
        });
      }
      /**
       * Checks if the collection includes a value with the key `key`.
       */
      hasIn(path) {
        const [key, ...rest] = path;
        if (rest.length === 0)
          return this.has(key);
        const node2 = this.get(key, true);
        return identity.isCollection(node2) ? node2.hasIn(rest) : false;
      }
      /**
       * Sets a value in this collection. For `!!set`, `value` needs to be a
       * boolean to add/remove the item from the set.
       */
      setIn(path, value) {
        const [key, ...rest] = path;
        if (rest.length === 0) {
          this.set(key, value);
        } else {
          const node2 = this.get(key, true);
          if (identity.isCollection(node2))
            node2.setIn(rest, value);
          else if (node2 === void 0 && this.schema)
            this.set(key, collectionFromPath(this.schema, rest, value));
          else
            throw new Error(`Expected YAML collection at ${key}. Remaining path: ${rest}`);
        }
      }
    };
    exports2.Collection = Collection;
    exports2.collectionFromPath = collectionFromPath;
    exports2.isEmptyPath = isEmptyPath;
  }
});

// node_modules/yaml/dist/stringify/stringifyComment.js
var require_stringifyComment = __commonJS({
  "node_modules/yaml/dist/stringify/stringifyComment.js"(exports2) {
    "use strict";
    var stringifyComment = (str) => str.replace(/^(?!$)(?: $)?/gm, "#");
    function indentComment(comment, indent) {
      if (/^\n+$/.test(comment))
        return comment.substring(1);
      return indent ? comment.replace(/^(?! *$)/gm, indent) : comment;
    }
    var lineComment = (str, indent, comment) => str.endsWith("\n") ? indentComment(comment, indent) : comment.includes("\n") ? "\n" + indentComment(comment, indent) : (str.endsWith(" ") ? "" : " ") + comment;
    exports2.indentComment = indentComment;
    exports2.lineComment = lineComment;
    exports2.stringifyComment = stringifyComment;
  }
});

// node_modules/yaml/dist/stringify/foldFlowLines.js
var require_foldFlowLines = __commonJS({
  "node_modules/yaml/dist/stringify/foldFlowLines.js"(exports2) {
    "use strict";
    var FOLD_FLOW = "flow";
    var FOLD_BLOCK = "block";
    var FOLD_QUOTED = "quoted";
    function foldFlowLines(text2, indent, mode = "flow", { indentAtStart, lineWidth = 80, minContentWidth = 20, onFold, onOverflow } = {}) {
      if (!lineWidth || lineWidth < 0)
        return text2;
      if (lineWidth < minContentWidth)
        minContentWidth = 0;
      const endStep = Math.max(1 + minContentWidth, 1 + lineWidth - indent.length);
      if (text2.length <= endStep)
        return text2;
      const folds = [];
      const escapedFolds = {};
      let end = lineWidth - indent.length;
      if (typeof indentAtStart === "number") {
        if (indentAtStart > lineWidth - Math.max(2, minContentWidth))
          folds.push(0);
        else
          end = lineWidth - indentAtStart;
      }
      let split = void 0;
      let prev = void 0;
      let overflow = false;
      let i = -1;
      let escStart = -1;
      let escEnd = -1;
      if (mode === FOLD_BLOCK) {
        i = consumeMoreIndentedLines(text2, i, indent.length);
        if (i !== -1)
          end = i + endStep;
      }
      for (let ch; ch = text2[i += 1]; ) {
        if (mode === FOLD_QUOTED && ch === "\\") {
          escStart = i;
          switch (text2[i + 1]) {
            case "x":
              i += 3;
              break;
            case "u":
              i += 5;
              break;
            case "U":
              i += 9;
              break;
            default:
              i += 1;
          }
          escEnd = i;
        }
        if (ch === "\n") {
          if (mode === FOLD_BLOCK)
            i = consumeMoreIndentedLines(text2, i, indent.length);
          end = i + indent.length + endStep;
          split = void 0;
        } else {
          if (ch === " " && prev && prev !== " " && prev !== "\n" && prev !== "	") {
            const next = text2[i + 1];
            if (next && next !== " " && next !== "\n" && next !== "	")
              split = i;
          }
          if (i >= end) {
            if (split) {
              folds.push(split);
              end = split + endStep;
              split = void 0;
            } else if (mode === FOLD_QUOTED) {
              while (prev === " " || prev === "	") {
                prev = ch;
                ch = text2[i += 1];
                overflow = true;
              }
              const j = i > escEnd + 1 ? i - 2 : escStart - 1;
              if (escapedFolds[j])
                return text2;
              folds.push(j);
              escapedFolds[j] = true;
              end = j + endStep;
              split = void 0;
            } else {
              overflow = true;
            }
          }
        }
        prev = ch;
      }
      if (overflow && onOverflow)
        onOverflow();
      if (folds.length === 0)
        return text2;
      if (onFold)
        onFold();
      let res = text2.slice(0, folds[0]);
      for (let i2 = 0; i2 < folds.length; ++i2) {
        const fold = folds[i2];
        const end2 = folds[i2 + 1] || text2.length;
        if (fold === 0)
          res = `
${indent}${text2.slice(0, end2)}`;
        else {
          if (mode === FOLD_QUOTED && escapedFolds[fold])
            res += `${text2[fold]}\\`;
          res += `
${indent}${text2.slice(fold + 1, end2)}`;
        }
      }
      return res;
    }
    function consumeMoreIndentedLines(text2, i, indent) {
      let end = i;
      let start = i + 1;
      let ch = text2[start];
      while (ch === " " || ch === "	") {
        if (i < start + indent) {
          ch = text2[++i];
        } else {
          do {
            ch = text2[++i];
          } while (ch && ch !== "\n");
          end = i;
          start = i + 1;
          ch = text2[start];
        }
      }
      return end;
    }
    exports2.FOLD_BLOCK = FOLD_BLOCK;
    exports2.FOLD_FLOW = FOLD_FLOW;
    exports2.FOLD_QUOTED = FOLD_QUOTED;
    exports2.foldFlowLines = foldFlowLines;
  }
});

// node_modules/yaml/dist/stringify/stringifyString.js
var require_stringifyString = __commonJS({
  "node_modules/yaml/dist/stringify/stringifyString.js"(exports2) {
    "use strict";
    var Scalar = require_Scalar();
    var foldFlowLines = require_foldFlowLines();
    var getFoldOptions = (ctx, isBlock) => ({
      indentAtStart: isBlock ? ctx.indent.length : ctx.indentAtStart,
      lineWidth: ctx.options.lineWidth,
      minContentWidth: ctx.options.minContentWidth
    });
    var containsDocumentMarker = (str) => /^(%|---|\.\.\.)/m.test(str);
    function lineLengthOverLimit(str, lineWidth, indentLength) {
      if (!lineWidth || lineWidth < 0)
        return false;
      const limit2 = lineWidth - indentLength;
      const strLen = str.length;
      if (strLen <= limit2)
        return false;
      for (let i = 0, start = 0; i < strLen; ++i) {
        if (str[i] === "\n") {
          if (i - start > limit2)
            return true;
          start = i + 1;
          if (strLen - start <= limit2)
            return false;
        }
      }
      return true;
    }
    function doubleQuotedString(value, ctx) {
      const json2 = JSON.stringify(value);
      if (ctx.options.doubleQuotedAsJSON)
        return json2;
      const { implicitKey } = ctx;
      const minMultiLineLength = ctx.options.doubleQuotedMinMultiLineLength;
      const indent = ctx.indent || (containsDocumentMarker(value) ? "  " : "");
      let str = "";
      let start = 0;
      for (let i = 0, ch = json2[i]; ch; ch = json2[++i]) {
        if (ch === " " && json2[i + 1] === "\\" && json2[i + 2] === "n") {
          str += json2.slice(start, i) + "\\ ";
          i += 1;
          start = i;
          ch = "\\";
        }
        if (ch === "\\")
          switch (json2[i + 1]) {
            case "u":
              {
                str += json2.slice(start, i);
                const code = json2.substr(i + 2, 4);
                switch (code) {
                  case "0000":
                    str += "\\0";
                    break;
                  case "0007":
                    str += "\\a";
                    break;
                  case "000b":
                    str += "\\v";
                    break;
                  case "001b":
                    str += "\\e";
                    break;
                  case "0085":
                    str += "\\N";
                    break;
                  case "00a0":
                    str += "\\_";
                    break;
                  case "2028":
                    str += "\\L";
                    break;
                  case "2029":
                    str += "\\P";
                    break;
                  default:
                    if (code.substr(0, 2) === "00")
                      str += "\\x" + code.substr(2);
                    else
                      str += json2.substr(i, 6);
                }
                i += 5;
                start = i + 1;
              }
              break;
            case "n":
              if (implicitKey || json2[i + 2] === '"' || json2.length < minMultiLineLength) {
                i += 1;
              } else {
                str += json2.slice(start, i) + "\n\n";
                while (json2[i + 2] === "\\" && json2[i + 3] === "n" && json2[i + 4] !== '"') {
                  str += "\n";
                  i += 2;
                }
                str += indent;
                if (json2[i + 2] === " ")
                  str += "\\";
                i += 1;
                start = i + 1;
              }
              break;
            default:
              i += 1;
          }
      }
      str = start ? str + json2.slice(start) : json2;
      return implicitKey ? str : foldFlowLines.foldFlowLines(str, indent, foldFlowLines.FOLD_QUOTED, getFoldOptions(ctx, false));
    }
    function singleQuotedString(value, ctx) {
      if (ctx.options.singleQuote === false || ctx.implicitKey && value.includes("\n") || /[ \t]\n|\n[ \t]/.test(value))
        return doubleQuotedString(value, ctx);
      const indent = ctx.indent || (containsDocumentMarker(value) ? "  " : "");
      const res = "'" + value.replace(/'/g, "''").replace(/\n+/g, `$&
${indent}`) + "'";
      return ctx.implicitKey ? res : foldFlowLines.foldFlowLines(res, indent, foldFlowLines.FOLD_FLOW, getFoldOptions(ctx, false));
    }
    function quotedString(value, ctx) {
      const { singleQuote } = ctx.options;
      let qs;
      if (singleQuote === false)
        qs = doubleQuotedString;
      else {
        const hasDouble = value.includes('"');
        const hasSingle = value.includes("'");
        if (hasDouble && !hasSingle)
          qs = singleQuotedString;
        else if (hasSingle && !hasDouble)
          qs = doubleQuotedString;
        else
          qs = singleQuote ? singleQuotedString : doubleQuotedString;
      }
      return qs(value, ctx);
    }
    var blockEndNewlines;
    try {
      blockEndNewlines = new RegExp("(^|(?<!\n))\n+(?!\n|$)", "g");
    } catch {
      blockEndNewlines = /\n+(?!\n|$)/g;
    }
    function blockString({ comment, type, value }, ctx, onComment, onChompKeep) {
      const { blockQuote, commentString, lineWidth } = ctx.options;
      if (!blockQuote || /\n[\t ]+$/.test(value)) {
        return quotedString(value, ctx);
      }
      const indent = ctx.indent || (ctx.forceBlockIndent || containsDocumentMarker(value) ? "  " : "");
      const literal2 = blockQuote === "literal" ? true : blockQuote === "folded" || type === Scalar.Scalar.BLOCK_FOLDED ? false : type === Scalar.Scalar.BLOCK_LITERAL ? true : !lineLengthOverLimit(value, lineWidth, indent.length);
      if (!value)
        return literal2 ? "|\n" : ">\n";
      let chomp;
      let endStart;
      for (endStart = value.length; endStart > 0; --endStart) {
        const ch = value[endStart - 1];
        if (ch !== "\n" && ch !== "	" && ch !== " ")
          break;
      }
      let end = value.substring(endStart);
      const endNlPos = end.indexOf("\n");
      if (endNlPos === -1) {
        chomp = "-";
      } else if (value === end || endNlPos !== end.length - 1) {
        chomp = "+";
        if (onChompKeep)
          onChompKeep();
      } else {
        chomp = "";
      }
      if (end) {
        value = value.slice(0, -end.length);
        if (end[end.length - 1] === "\n")
          end = end.slice(0, -1);
        end = end.replace(blockEndNewlines, `$&${indent}`);
      }
      let startWithSpace = false;
      let startEnd;
      let startNlPos = -1;
      for (startEnd = 0; startEnd < value.length; ++startEnd) {
        const ch = value[startEnd];
        if (ch === " ")
          startWithSpace = true;
        else if (ch === "\n")
          startNlPos = startEnd;
        else
          break;
      }
      let start = value.substring(0, startNlPos < startEnd ? startNlPos + 1 : startEnd);
      if (start) {
        value = value.substring(start.length);
        start = start.replace(/\n+/g, `$&${indent}`);
      }
      const indentSize = indent ? "2" : "1";
      let header = (startWithSpace ? indentSize : "") + chomp;
      if (comment) {
        header += " " + commentString(comment.replace(/ ?[\r\n]+/g, " "));
        if (onComment)
          onComment();
      }
      if (!literal2) {
        const foldedValue = value.replace(/\n+/g, "\n$&").replace(/(?:^|\n)([\t ].*)(?:([\n\t ]*)\n(?![\n\t ]))?/g, "$1$2").replace(/\n+/g, `$&${indent}`);
        let literalFallback = false;
        const foldOptions = getFoldOptions(ctx, true);
        if (blockQuote !== "folded" && type !== Scalar.Scalar.BLOCK_FOLDED) {
          foldOptions.onOverflow = () => {
            literalFallback = true;
          };
        }
        const body = foldFlowLines.foldFlowLines(`${start}${foldedValue}${end}`, indent, foldFlowLines.FOLD_BLOCK, foldOptions);
        if (!literalFallback)
          return `>${header}
${indent}${body}`;
      }
      value = value.replace(/\n+/g, `$&${indent}`);
      return `|${header}
${indent}${start}${value}${end}`;
    }
    function plainString(item, ctx, onComment, onChompKeep) {
      const { type, value } = item;
      const { actualString, implicitKey, indent, indentStep, inFlow } = ctx;
      if (implicitKey && value.includes("\n") || inFlow && /[[\]{},]/.test(value)) {
        return quotedString(value, ctx);
      }
      if (/^[\n\t ,[\]{}#&*!|>'"%@`]|^[?-]$|^[?-][ \t]|[\n:][ \t]|[ \t]\n|[\n\t ]#|[\n\t :]$/.test(value)) {
        return implicitKey || inFlow || !value.includes("\n") ? quotedString(value, ctx) : blockString(item, ctx, onComment, onChompKeep);
      }
      if (!implicitKey && !inFlow && type !== Scalar.Scalar.PLAIN && value.includes("\n")) {
        return blockString(item, ctx, onComment, onChompKeep);
      }
      if (containsDocumentMarker(value)) {
        if (indent === "") {
          ctx.forceBlockIndent = true;
          return blockString(item, ctx, onComment, onChompKeep);
        } else if (implicitKey && indent === indentStep) {
          return quotedString(value, ctx);
        }
      }
      const str = value.replace(/\n+/g, `$&
${indent}`);
      if (actualString) {
        const test = (tag) => tag.default && tag.tag !== "tag:yaml.org,2002:str" && tag.test?.test(str);
        const { compat, tags } = ctx.doc.schema;
        if (tags.some(test) || compat?.some(test))
          return quotedString(value, ctx);
      }
      return implicitKey ? str : foldFlowLines.foldFlowLines(str, indent, foldFlowLines.FOLD_FLOW, getFoldOptions(ctx, false));
    }
    function stringifyString(item, ctx, onComment, onChompKeep) {
      const { implicitKey, inFlow } = ctx;
      const ss = typeof item.value === "string" ? item : Object.assign({}, item, { value: String(item.value) });
      let { type } = item;
      if (type !== Scalar.Scalar.QUOTE_DOUBLE) {
        if (/[\x00-\x08\x0b-\x1f\x7f-\x9f\u{D800}-\u{DFFF}]/u.test(ss.value))
          type = Scalar.Scalar.QUOTE_DOUBLE;
      }
      const _stringify = (_type) => {
        switch (_type) {
          case Scalar.Scalar.BLOCK_FOLDED:
          case Scalar.Scalar.BLOCK_LITERAL:
            return implicitKey || inFlow ? quotedString(ss.value, ctx) : blockString(ss, ctx, onComment, onChompKeep);
          case Scalar.Scalar.QUOTE_DOUBLE:
            return doubleQuotedString(ss.value, ctx);
          case Scalar.Scalar.QUOTE_SINGLE:
            return singleQuotedString(ss.value, ctx);
          case Scalar.Scalar.PLAIN:
            return plainString(ss, ctx, onComment, onChompKeep);
          default:
            return null;
        }
      };
      let res = _stringify(type);
      if (res === null) {
        const { defaultKeyType, defaultStringType } = ctx.options;
        const t = implicitKey && defaultKeyType || defaultStringType;
        res = _stringify(t);
        if (res === null)
          throw new Error(`Unsupported default string type ${t}`);
      }
      return res;
    }
    exports2.stringifyString = stringifyString;
  }
});

// node_modules/yaml/dist/stringify/stringify.js
var require_stringify = __commonJS({
  "node_modules/yaml/dist/stringify/stringify.js"(exports2) {
    "use strict";
    var anchors = require_anchors();
    var identity = require_identity();
    var stringifyComment = require_stringifyComment();
    var stringifyString = require_stringifyString();
    function createStringifyContext(doc, options) {
      const opt = Object.assign({
        blockQuote: true,
        commentString: stringifyComment.stringifyComment,
        defaultKeyType: null,
        defaultStringType: "PLAIN",
        directives: null,
        doubleQuotedAsJSON: false,
        doubleQuotedMinMultiLineLength: 40,
        falseStr: "false",
        flowCollectionPadding: true,
        indentSeq: true,
        lineWidth: 80,
        minContentWidth: 20,
        nullStr: "null",
        simpleKeys: false,
        singleQuote: null,
        trailingComma: false,
        trueStr: "true",
        verifyAliasOrder: true
      }, doc.schema.toStringOptions, options);
      let inFlow;
      switch (opt.collectionStyle) {
        case "block":
          inFlow = false;
          break;
        case "flow":
          inFlow = true;
          break;
        default:
          inFlow = null;
      }
      return {
        anchors: /* @__PURE__ */ new Set(),
        doc,
        flowCollectionPadding: opt.flowCollectionPadding ? " " : "",
        indent: "",
        indentStep: typeof opt.indent === "number" ? " ".repeat(opt.indent) : "  ",
        inFlow,
        options: opt
      };
    }
    function getTagObject(tags, item) {
      if (item.tag) {
        const match = tags.filter((t) => t.tag === item.tag);
        if (match.length > 0)
          return match.find((t) => t.format === item.format) ?? match[0];
      }
      let tagObj = void 0;
      let obj;
      if (identity.isScalar(item)) {
        obj = item.value;
        let match = tags.filter((t) => t.identify?.(obj));
        if (match.length > 1) {
          const testMatch = match.filter((t) => t.test);
          if (testMatch.length > 0)
            match = testMatch;
        }
        tagObj = match.find((t) => t.format === item.format) ?? match.find((t) => !t.format);
      } else {
        obj = item;
        tagObj = tags.find((t) => t.nodeClass && obj instanceof t.nodeClass);
      }
      if (!tagObj) {
        const name = obj?.constructor?.name ?? (obj === null ? "null" : typeof obj);
        throw new Error(`Tag not resolved for ${name} value`);
      }
      return tagObj;
    }
    function stringifyProps(node2, tagObj, { anchors: anchors$1, doc }) {
      if (!doc.directives)
        return "";
      const props = [];
      const anchor2 = (identity.isScalar(node2) || identity.isCollection(node2)) && node2.anchor;
      if (anchor2 && anchors.anchorIsValid(anchor2)) {
        anchors$1.add(anchor2);
        props.push(`&${anchor2}`);
      }
      const tag = node2.tag ?? (tagObj.default ? null : tagObj.tag);
      if (tag)
        props.push(doc.directives.tagString(tag));
      return props.join(" ");
    }
    function stringify2(item, ctx, onComment, onChompKeep) {
      if (identity.isPair(item))
        return item.toString(ctx, onComment, onChompKeep);
      if (identity.isAlias(item)) {
        if (ctx.doc.directives)
          return item.toString(ctx);
        if (ctx.resolvedAliases?.has(item)) {
          throw new TypeError(`Cannot stringify circular structure without alias nodes`);
        } else {
          if (ctx.resolvedAliases)
            ctx.resolvedAliases.add(item);
          else
            ctx.resolvedAliases = /* @__PURE__ */ new Set([item]);
          item = item.resolve(ctx.doc);
        }
      }
      let tagObj = void 0;
      const node2 = identity.isNode(item) ? item : ctx.doc.createNode(item, { onTagObj: (o) => tagObj = o });
      tagObj ?? (tagObj = getTagObject(ctx.doc.schema.tags, node2));
      const props = stringifyProps(node2, tagObj, ctx);
      if (props.length > 0)
        ctx.indentAtStart = (ctx.indentAtStart ?? 0) + props.length + 1;
      const str = typeof tagObj.stringify === "function" ? tagObj.stringify(node2, ctx, onComment, onChompKeep) : identity.isScalar(node2) ? stringifyString.stringifyString(node2, ctx, onComment, onChompKeep) : node2.toString(ctx, onComment, onChompKeep);
      if (!props)
        return str;
      return identity.isScalar(node2) || str[0] === "{" || str[0] === "[" ? `${props} ${str}` : `${props}
${ctx.indent}${str}`;
    }
    exports2.createStringifyContext = createStringifyContext;
    exports2.stringify = stringify2;
  }
});

// node_modules/yaml/dist/stringify/stringifyPair.js
var require_stringifyPair = __commonJS({
  "node_modules/yaml/dist/stringify/stringifyPair.js"(exports2) {
    "use strict";
    var identity = require_identity();
    var Scalar = require_Scalar();
    var stringify2 = require_stringify();
    var stringifyComment = require_stringifyComment();
    function stringifyPair({ key, value }, ctx, onComment, onChompKeep) {
      const { allNullValues, doc, indent, indentStep, options: { commentString, indentSeq, simpleKeys } } = ctx;
      let keyComment = identity.isNode(key) && key.comment || null;
      if (simpleKeys) {
        if (keyComment) {
          throw new Error("With simple keys, key nodes cannot have comments");
        }
        if (identity.isCollection(key) || !identity.isNode(key) && typeof key === "object") {
          const msg = "With simple keys, collection cannot be used as a key value";
          throw new Error(msg);
        }
      }
      let explicitKey = !simpleKeys && (!key || keyComment && value == null && !ctx.inFlow || identity.isCollection(key) || (identity.isScalar(key) ? key.type === Scalar.Scalar.BLOCK_FOLDED || key.type === Scalar.Scalar.BLOCK_LITERAL : typeof key === "object"));
      ctx = Object.assign({}, ctx, {
        allNullValues: false,
        implicitKey: !explicitKey && (simpleKeys || !allNullValues),
        indent: indent + indentStep
      });
      let keyCommentDone = false;
      let chompKeep = false;
      let str = stringify2.stringify(key, ctx, () => keyCommentDone = true, () => chompKeep = true);
      if (!explicitKey && !ctx.inFlow && str.length > 1024) {
        if (simpleKeys)
          throw new Error("With simple keys, single line scalar must not span more than 1024 characters");
        explicitKey = true;
      }
      if (ctx.inFlow) {
        if (allNullValues || value == null) {
          if (keyCommentDone && onComment)
            onComment();
          return str === "" ? "?" : explicitKey ? `? ${str}` : str;
        }
      } else if (allNullValues && !simpleKeys || value == null && explicitKey) {
        str = `? ${str}`;
        if (keyComment && !keyCommentDone) {
          str += stringifyComment.lineComment(str, ctx.indent, commentString(keyComment));
        } else if (chompKeep && onChompKeep)
          onChompKeep();
        return str;
      }
      if (keyCommentDone)
        keyComment = null;
      if (explicitKey) {
        if (keyComment)
          str += stringifyComment.lineComment(str, ctx.indent, commentString(keyComment));
        str = `? ${str}
${indent}:`;
      } else {
        str = `${str}:`;
        if (keyComment)
          str += stringifyComment.lineComment(str, ctx.indent, commentString(keyComment));
      }
      let vsb, vcb, valueComment;
      if (identity.isNode(value)) {
        vsb = !!value.spaceBefore;
        vcb = value.commentBefore;
        valueComment = value.comment;
      } else {
        vsb = false;
        vcb = null;
        valueComment = null;
        if (value && typeof value === "object")
          value = doc.createNode(value);
      }
      ctx.implicitKey = false;
      if (!explicitKey && !keyComment && identity.isScalar(value))
        ctx.indentAtStart = str.length + 1;
      chompKeep = false;
      if (!indentSeq && indentStep.length >= 2 && !ctx.inFlow && !explicitKey && identity.isSeq(value) && !value.flow && !value.tag && !value.anchor) {
        ctx.indent = ctx.indent.substring(2);
      }
      let valueCommentDone = false;
      const valueStr = stringify2.stringify(value, ctx, () => valueCommentDone = true, () => chompKeep = true);
      let ws = " ";
      if (keyComment || vsb || vcb) {
        ws = vsb ? "\n" : "";
        if (vcb) {
          const cs = commentString(vcb);
          ws += `
${stringifyComment.indentComment(cs, ctx.indent)}`;
        }
        if (valueStr === "" && !ctx.inFlow) {
          if (ws === "\n" && valueComment)
            ws = "\n\n";
        } else {
          ws += `
${ctx.indent}`;
        }
      } else if (!explicitKey && identity.isCollection(value)) {
        const vs0 = valueStr[0];
        const nl0 = valueStr.indexOf("\n");
        const hasNewline = nl0 !== -1;
        const flow = ctx.inFlow ?? value.flow ?? value.items.length === 0;
        if (hasNewline || !flow) {
          let hasPropsLine = false;
          if (hasNewline && (vs0 === "&" || vs0 === "!")) {
            let sp0 = valueStr.indexOf(" ");
            if (vs0 === "&" && sp0 !== -1 && sp0 < nl0 && valueStr[sp0 + 1] === "!") {
              sp0 = valueStr.indexOf(" ", sp0 + 1);
            }
            if (sp0 === -1 || nl0 < sp0)
              hasPropsLine = true;
          }
          if (!hasPropsLine)
            ws = `
${ctx.indent}`;
        }
      } else if (valueStr === "" || valueStr[0] === "\n") {
        ws = "";
      }
      str += ws + valueStr;
      if (ctx.inFlow) {
        if (valueCommentDone && onComment)
          onComment();
      } else if (valueComment && !valueCommentDone) {
        str += stringifyComment.lineComment(str, ctx.indent, commentString(valueComment));
      } else if (chompKeep && onChompKeep) {
        onChompKeep();
      }
      return str;
    }
    exports2.stringifyPair = stringifyPair;
  }
});

// node_modules/yaml/dist/log.js
var require_log = __commonJS({
  "node_modules/yaml/dist/log.js"(exports2) {
    "use strict";
    var node_process = require("process");
    function debug(logLevel, ...messages) {
      if (logLevel === "debug")
        console.log(...messages);
    }
    function warn(logLevel, warning) {
      if (logLevel === "debug" || logLevel === "warn") {
        if (typeof node_process.emitWarning === "function")
          node_process.emitWarning(warning);
        else
          console.warn(warning);
      }
    }
    exports2.debug = debug;
    exports2.warn = warn;
  }
});

// node_modules/yaml/dist/schema/yaml-1.1/merge.js
var require_merge = __commonJS({
  "node_modules/yaml/dist/schema/yaml-1.1/merge.js"(exports2) {
    "use strict";
    var identity = require_identity();
    var Scalar = require_Scalar();
    var MERGE_KEY = "<<";
    var merge2 = {
      identify: (value) => value === MERGE_KEY || typeof value === "symbol" && value.description === MERGE_KEY,
      default: "key",
      tag: "tag:yaml.org,2002:merge",
      test: /^<<$/,
      resolve: () => Object.assign(new Scalar.Scalar(Symbol(MERGE_KEY)), {
        addToJSMap: addMergeToJSMap
      }),
      stringify: () => MERGE_KEY
    };
    var isMergeKey = (ctx, key) => (merge2.identify(key) || identity.isScalar(key) && (!key.type || key.type === Scalar.Scalar.PLAIN) && merge2.identify(key.value)) && ctx?.doc.schema.tags.some((tag) => tag.tag === merge2.tag && tag.default);
    function addMergeToJSMap(ctx, map, value) {
      const source = resolveAliasValue(ctx, value);
      if (identity.isSeq(source))
        for (const it of source.items)
          mergeValue(ctx, map, it);
      else if (Array.isArray(source))
        for (const it of source)
          mergeValue(ctx, map, it);
      else
        mergeValue(ctx, map, source);
    }
    function mergeValue(ctx, map, value) {
      const source = resolveAliasValue(ctx, value);
      if (!identity.isMap(source))
        throw new Error("Merge sources must be maps or map aliases");
      const srcMap = source.toJSON(null, ctx, Map);
      for (const [key, value2] of srcMap) {
        if (map instanceof Map) {
          if (!map.has(key))
            map.set(key, value2);
        } else if (map instanceof Set) {
          map.add(key);
        } else if (!Object.prototype.hasOwnProperty.call(map, key)) {
          Object.defineProperty(map, key, {
            value: value2,
            writable: true,
            enumerable: true,
            configurable: true
          });
        }
      }
      return map;
    }
    function resolveAliasValue(ctx, value) {
      return ctx && identity.isAlias(value) ? value.resolve(ctx.doc, ctx) : value;
    }
    exports2.addMergeToJSMap = addMergeToJSMap;
    exports2.isMergeKey = isMergeKey;
    exports2.merge = merge2;
  }
});

// node_modules/yaml/dist/nodes/addPairToJSMap.js
var require_addPairToJSMap = __commonJS({
  "node_modules/yaml/dist/nodes/addPairToJSMap.js"(exports2) {
    "use strict";
    var log = require_log();
    var merge2 = require_merge();
    var stringify2 = require_stringify();
    var identity = require_identity();
    var toJS = require_toJS();
    function addPairToJSMap(ctx, map, { key, value }) {
      if (identity.isNode(key) && key.addToJSMap)
        key.addToJSMap(ctx, map, value);
      else if (merge2.isMergeKey(ctx, key))
        merge2.addMergeToJSMap(ctx, map, value);
      else {
        const jsKey = toJS.toJS(key, "", ctx);
        if (map instanceof Map) {
          map.set(jsKey, toJS.toJS(value, jsKey, ctx));
        } else if (map instanceof Set) {
          map.add(jsKey);
        } else {
          const stringKey = stringifyKey(key, jsKey, ctx);
          const jsValue = toJS.toJS(value, stringKey, ctx);
          if (stringKey in map)
            Object.defineProperty(map, stringKey, {
              value: jsValue,
              writable: true,
              enumerable: true,
              configurable: true
            });
          else
            map[stringKey] = jsValue;
        }
      }
      return map;
    }
    function stringifyKey(key, jsKey, ctx) {
      if (jsKey === null)
        return "";
      if (typeof jsKey !== "object")
        return String(jsKey);
      if (identity.isNode(key) && ctx?.doc) {
        const strCtx = stringify2.createStringifyContext(ctx.doc, {});
        strCtx.anchors = /* @__PURE__ */ new Set();
        for (const node2 of ctx.anchors.keys())
          strCtx.anchors.add(node2.anchor);
        strCtx.inFlow = true;
        strCtx.inStringifyKey = true;
        const strKey = key.toString(strCtx);
        if (!ctx.mapKeyWarned) {
          let jsonStr = JSON.stringify(strKey);
          if (jsonStr.length > 40)
            jsonStr = jsonStr.substring(0, 36) + '..."';
          log.warn(ctx.doc.options.logLevel, `Keys with collection values will be stringified due to JS Object restrictions: ${jsonStr}. Set mapAsMap: true to use object keys.`);
          ctx.mapKeyWarned = true;
        }
        return strKey;
      }
      return JSON.stringify(jsKey);
    }
    exports2.addPairToJSMap = addPairToJSMap;
  }
});

// node_modules/yaml/dist/nodes/Pair.js
var require_Pair = __commonJS({
  "node_modules/yaml/dist/nodes/Pair.js"(exports2) {
    "use strict";
    var createNode = require_createNode();
    var stringifyPair = require_stringifyPair();
    var addPairToJSMap = require_addPairToJSMap();
    var identity = require_identity();
    function createPair(key, value, ctx) {
      const k = createNode.createNode(key, void 0, ctx);
      const v = createNode.createNode(value, void 0, ctx);
      return new Pair(k, v);
    }
    var Pair = class _Pair {
      constructor(key, value = null) {
        Object.defineProperty(this, identity.NODE_TYPE, { value: identity.PAIR });
        this.key = key;
        this.value = value;
      }
      clone(schema) {
        let { key, value } = this;
        if (identity.isNode(key))
          key = key.clone(schema);
        if (identity.isNode(value))
          value = value.clone(schema);
        return new _Pair(key, value);
      }
      toJSON(_, ctx) {
        const pair = ctx?.mapAsMap ? /* @__PURE__ */ new Map() : {};
        return addPairToJSMap.addPairToJSMap(ctx, pair, this);
      }
      toString(ctx, onComment, onChompKeep) {
        return ctx?.doc ? stringifyPair.stringifyPair(this, ctx, onComment, onChompKeep) : JSON.stringify(this);
      }
    };
    exports2.Pair = Pair;
    exports2.createPair = createPair;
  }
});

// node_modules/yaml/dist/stringify/stringifyCollection.js
var require_stringifyCollection = __commonJS({
  "node_modules/yaml/dist/stringify/stringifyCollection.js"(exports2) {
    "use strict";
    var identity = require_identity();
    var stringify2 = require_stringify();
    var stringifyComment = require_stringifyComment();
    function stringifyCollection(collection, ctx, options) {
      const flow = ctx.inFlow ?? collection.flow;
      const stringify3 = flow ? stringifyFlowCollection : stringifyBlockCollection;
      return stringify3(collection, ctx, options);
    }
    function stringifyBlockCollection({ comment, items }, ctx, { blockItemPrefix, flowChars, itemIndent, onChompKeep, onComment }) {
      const { indent, options: { commentString } } = ctx;
      const itemCtx = Object.assign({}, ctx, { indent: itemIndent, type: null });
      let chompKeep = false;
      const lines = [];
      for (let i = 0; i < items.length; ++i) {
        const item = items[i];
        let comment2 = null;
        if (identity.isNode(item)) {
          if (!chompKeep && item.spaceBefore)
            lines.push("");
          addCommentBefore(ctx, lines, item.commentBefore, chompKeep);
          if (item.comment)
            comment2 = item.comment;
        } else if (identity.isPair(item)) {
          const ik = identity.isNode(item.key) ? item.key : null;
          if (ik) {
            if (!chompKeep && ik.spaceBefore)
              lines.push("");
            addCommentBefore(ctx, lines, ik.commentBefore, chompKeep);
          }
        }
        chompKeep = false;
        let str2 = stringify2.stringify(item, itemCtx, () => comment2 = null, () => chompKeep = true);
        if (comment2)
          str2 += stringifyComment.lineComment(str2, itemIndent, commentString(comment2));
        if (chompKeep && comment2)
          chompKeep = false;
        lines.push(blockItemPrefix + str2);
      }
      let str;
      if (lines.length === 0) {
        str = flowChars.start + flowChars.end;
      } else {
        str = lines[0];
        for (let i = 1; i < lines.length; ++i) {
          const line = lines[i];
          str += line ? `
${indent}${line}` : "\n";
        }
      }
      if (comment) {
        str += "\n" + stringifyComment.indentComment(commentString(comment), indent);
        if (onComment)
          onComment();
      } else if (chompKeep && onChompKeep)
        onChompKeep();
      return str;
    }
    function stringifyFlowCollection({ items }, ctx, { flowChars, itemIndent }) {
      const { indent, indentStep, flowCollectionPadding: fcPadding, options: { commentString } } = ctx;
      itemIndent += indentStep;
      const itemCtx = Object.assign({}, ctx, {
        indent: itemIndent,
        inFlow: true,
        type: null
      });
      let reqNewline = false;
      let linesAtValue = 0;
      const lines = [];
      for (let i = 0; i < items.length; ++i) {
        const item = items[i];
        let comment = null;
        if (identity.isNode(item)) {
          if (item.spaceBefore)
            lines.push("");
          addCommentBefore(ctx, lines, item.commentBefore, false);
          if (item.comment)
            comment = item.comment;
        } else if (identity.isPair(item)) {
          const ik = identity.isNode(item.key) ? item.key : null;
          if (ik) {
            if (ik.spaceBefore)
              lines.push("");
            addCommentBefore(ctx, lines, ik.commentBefore, false);
            if (ik.comment)
              reqNewline = true;
          }
          const iv = identity.isNode(item.value) ? item.value : null;
          if (iv) {
            if (iv.comment)
              comment = iv.comment;
            if (iv.commentBefore)
              reqNewline = true;
          } else if (item.value == null && ik?.comment) {
            comment = ik.comment;
          }
        }
        if (comment)
          reqNewline = true;
        let str = stringify2.stringify(item, itemCtx, () => comment = null);
        reqNewline || (reqNewline = lines.length > linesAtValue || str.includes("\n"));
        if (i < items.length - 1) {
          str += ",";
        } else if (ctx.options.trailingComma) {
          if (ctx.options.lineWidth > 0) {
            reqNewline || (reqNewline = lines.reduce((sum2, line) => sum2 + line.length + 2, 2) + (str.length + 2) > ctx.options.lineWidth);
          }
          if (reqNewline) {
            str += ",";
          }
        }
        if (comment)
          str += stringifyComment.lineComment(str, itemIndent, commentString(comment));
        lines.push(str);
        linesAtValue = lines.length;
      }
      const { start, end } = flowChars;
      if (lines.length === 0) {
        return start + end;
      } else {
        if (!reqNewline) {
          const len = lines.reduce((sum2, line) => sum2 + line.length + 2, 2);
          reqNewline = ctx.options.lineWidth > 0 && len > ctx.options.lineWidth;
        }
        if (reqNewline) {
          let str = start;
          for (const line of lines)
            str += line ? `
${indentStep}${indent}${line}` : "\n";
          return `${str}
${indent}${end}`;
        } else {
          return `${start}${fcPadding}${lines.join(" ")}${fcPadding}${end}`;
        }
      }
    }
    function addCommentBefore({ indent, options: { commentString } }, lines, comment, chompKeep) {
      if (comment && chompKeep)
        comment = comment.replace(/^\n+/, "");
      if (comment) {
        const ic = stringifyComment.indentComment(commentString(comment), indent);
        lines.push(ic.trimStart());
      }
    }
    exports2.stringifyCollection = stringifyCollection;
  }
});

// node_modules/yaml/dist/nodes/YAMLMap.js
var require_YAMLMap = __commonJS({
  "node_modules/yaml/dist/nodes/YAMLMap.js"(exports2) {
    "use strict";
    var stringifyCollection = require_stringifyCollection();
    var addPairToJSMap = require_addPairToJSMap();
    var Collection = require_Collection();
    var identity = require_identity();
    var Pair = require_Pair();
    var Scalar = require_Scalar();
    function findPair(items, key) {
      const k = identity.isScalar(key) ? key.value : key;
      for (const it of items) {
        if (identity.isPair(it)) {
          if (it.key === key || it.key === k)
            return it;
          if (identity.isScalar(it.key) && it.key.value === k)
            return it;
        }
      }
      return void 0;
    }
    var YAMLMap = class extends Collection.Collection {
      static get tagName() {
        return "tag:yaml.org,2002:map";
      }
      constructor(schema) {
        super(identity.MAP, schema);
        this.items = [];
      }
      /**
       * A generic collection parsing method that can be extended
       * to other node classes that inherit from YAMLMap
       */
      static from(schema, obj, ctx) {
        const { keepUndefined, replacer } = ctx;
        const map = new this(schema);
        const add2 = (key, value) => {
          if (typeof replacer === "function")
            value = replacer.call(obj, key, value);
          else if (Array.isArray(replacer) && !replacer.includes(key))
            return;
          if (value !== void 0 || keepUndefined)
            map.items.push(Pair.createPair(key, value, ctx));
        };
        if (obj instanceof Map) {
          for (const [key, value] of obj)
            add2(key, value);
        } else if (obj && typeof obj === "object") {
          for (const key of Object.keys(obj))
            add2(key, obj[key]);
        }
        if (typeof schema.sortMapEntries === "function") {
          map.items.sort(schema.sortMapEntries);
        }
        return map;
      }
      /**
       * Adds a value to the collection.
       *
       * @param overwrite - If not set `true`, using a key that is already in the
       *   collection will throw. Otherwise, overwrites the previous value.
       */
      add(pair, overwrite) {
        let _pair;
        if (identity.isPair(pair))
          _pair = pair;
        else if (!pair || typeof pair !== "object" || !("key" in pair)) {
          _pair = new Pair.Pair(pair, pair?.value);
        } else
          _pair = new Pair.Pair(pair.key, pair.value);
        const prev = findPair(this.items, _pair.key);
        const sortEntries = this.schema?.sortMapEntries;
        if (prev) {
          if (!overwrite)
            throw new Error(`Key ${_pair.key} already set`);
          if (identity.isScalar(prev.value) && Scalar.isScalarValue(_pair.value))
            prev.value.value = _pair.value;
          else
            prev.value = _pair.value;
        } else if (sortEntries) {
          const i = this.items.findIndex((item) => sortEntries(_pair, item) < 0);
          if (i === -1)
            this.items.push(_pair);
          else
            this.items.splice(i, 0, _pair);
        } else {
          this.items.push(_pair);
        }
      }
      delete(key) {
        const it = findPair(this.items, key);
        if (!it)
          return false;
        const del = this.items.splice(this.items.indexOf(it), 1);
        return del.length > 0;
      }
      get(key, keepScalar) {
        const it = findPair(this.items, key);
        const node2 = it?.value;
        return (!keepScalar && identity.isScalar(node2) ? node2.value : node2) ?? void 0;
      }
      has(key) {
        return !!findPair(this.items, key);
      }
      set(key, value) {
        this.add(new Pair.Pair(key, value), true);
      }
      /**
       * @param ctx - Conversion context, originally set in Document#toJS()
       * @param {Class} Type - If set, forces the returned collection type
       * @returns Instance of Type, Map, or Object
       */
      toJSON(_, ctx, Type) {
        const map = Type ? new Type() : ctx?.mapAsMap ? /* @__PURE__ */ new Map() : {};
        if (ctx?.onCreate)
          ctx.onCreate(map);
        for (const item of this.items)
          addPairToJSMap.addPairToJSMap(ctx, map, item);
        return map;
      }
      toString(ctx, onComment, onChompKeep) {
        if (!ctx)
          return JSON.stringify(this);
        for (const item of this.items) {
          if (!identity.isPair(item))
            throw new Error(`Map items must all be pairs; found ${JSON.stringify(item)} instead`);
        }
        if (!ctx.allNullValues && this.hasAllNullValues(false))
          ctx = Object.assign({}, ctx, { allNullValues: true });
        return stringifyCollection.stringifyCollection(this, ctx, {
          blockItemPrefix: "",
          flowChars: { start: "{", end: "}" },
          itemIndent: ctx.indent || "",
          onChompKeep,
          onComment
        });
      }
    };
    exports2.YAMLMap = YAMLMap;
    exports2.findPair = findPair;
  }
});

// node_modules/yaml/dist/schema/common/map.js
var require_map = __commonJS({
  "node_modules/yaml/dist/schema/common/map.js"(exports2) {
    "use strict";
    var identity = require_identity();
    var YAMLMap = require_YAMLMap();
    var map = {
      collection: "map",
      default: true,
      nodeClass: YAMLMap.YAMLMap,
      tag: "tag:yaml.org,2002:map",
      resolve(map2, onError) {
        if (!identity.isMap(map2))
          onError("Expected a mapping for this tag");
        return map2;
      },
      createNode: (schema, obj, ctx) => YAMLMap.YAMLMap.from(schema, obj, ctx)
    };
    exports2.map = map;
  }
});

// node_modules/yaml/dist/nodes/YAMLSeq.js
var require_YAMLSeq = __commonJS({
  "node_modules/yaml/dist/nodes/YAMLSeq.js"(exports2) {
    "use strict";
    var createNode = require_createNode();
    var stringifyCollection = require_stringifyCollection();
    var Collection = require_Collection();
    var identity = require_identity();
    var Scalar = require_Scalar();
    var toJS = require_toJS();
    var YAMLSeq = class extends Collection.Collection {
      static get tagName() {
        return "tag:yaml.org,2002:seq";
      }
      constructor(schema) {
        super(identity.SEQ, schema);
        this.items = [];
      }
      add(value) {
        this.items.push(value);
      }
      /**
       * Removes a value from the collection.
       *
       * `key` must contain a representation of an integer for this to succeed.
       * It may be wrapped in a `Scalar`.
       *
       * @returns `true` if the item was found and removed.
       */
      delete(key) {
        const idx = asItemIndex(key);
        if (typeof idx !== "number")
          return false;
        const del = this.items.splice(idx, 1);
        return del.length > 0;
      }
      get(key, keepScalar) {
        const idx = asItemIndex(key);
        if (typeof idx !== "number")
          return void 0;
        const it = this.items[idx];
        return !keepScalar && identity.isScalar(it) ? it.value : it;
      }
      /**
       * Checks if the collection includes a value with the key `key`.
       *
       * `key` must contain a representation of an integer for this to succeed.
       * It may be wrapped in a `Scalar`.
       */
      has(key) {
        const idx = asItemIndex(key);
        return typeof idx === "number" && idx < this.items.length;
      }
      /**
       * Sets a value in this collection. For `!!set`, `value` needs to be a
       * boolean to add/remove the item from the set.
       *
       * If `key` does not contain a representation of an integer, this will throw.
       * It may be wrapped in a `Scalar`.
       */
      set(key, value) {
        const idx = asItemIndex(key);
        if (typeof idx !== "number")
          throw new Error(`Expected a valid index, not ${key}.`);
        const prev = this.items[idx];
        if (identity.isScalar(prev) && Scalar.isScalarValue(value))
          prev.value = value;
        else
          this.items[idx] = value;
      }
      toJSON(_, ctx) {
        const seq = [];
        if (ctx?.onCreate)
          ctx.onCreate(seq);
        let i = 0;
        for (const item of this.items)
          seq.push(toJS.toJS(item, String(i++), ctx));
        return seq;
      }
      toString(ctx, onComment, onChompKeep) {
        if (!ctx)
          return JSON.stringify(this);
        return stringifyCollection.stringifyCollection(this, ctx, {
          blockItemPrefix: "- ",
          flowChars: { start: "[", end: "]" },
          itemIndent: (ctx.indent || "") + "  ",
          onChompKeep,
          onComment
        });
      }
      static from(schema, obj, ctx) {
        const { replacer } = ctx;
        const seq = new this(schema);
        if (obj && Symbol.iterator in Object(obj)) {
          let i = 0;
          for (let it of obj) {
            if (typeof replacer === "function") {
              const key = obj instanceof Set ? it : String(i++);
              it = replacer.call(obj, key, it);
            }
            seq.items.push(createNode.createNode(it, void 0, ctx));
          }
        }
        return seq;
      }
    };
    function asItemIndex(key) {
      let idx = identity.isScalar(key) ? key.value : key;
      if (idx && typeof idx === "string")
        idx = Number(idx);
      return typeof idx === "number" && Number.isInteger(idx) && idx >= 0 ? idx : null;
    }
    exports2.YAMLSeq = YAMLSeq;
  }
});

// node_modules/yaml/dist/schema/common/seq.js
var require_seq = __commonJS({
  "node_modules/yaml/dist/schema/common/seq.js"(exports2) {
    "use strict";
    var identity = require_identity();
    var YAMLSeq = require_YAMLSeq();
    var seq = {
      collection: "seq",
      default: true,
      nodeClass: YAMLSeq.YAMLSeq,
      tag: "tag:yaml.org,2002:seq",
      resolve(seq2, onError) {
        if (!identity.isSeq(seq2))
          onError("Expected a sequence for this tag");
        return seq2;
      },
      createNode: (schema, obj, ctx) => YAMLSeq.YAMLSeq.from(schema, obj, ctx)
    };
    exports2.seq = seq;
  }
});

// node_modules/yaml/dist/schema/common/string.js
var require_string = __commonJS({
  "node_modules/yaml/dist/schema/common/string.js"(exports2) {
    "use strict";
    var stringifyString = require_stringifyString();
    var string3 = {
      identify: (value) => typeof value === "string",
      default: true,
      tag: "tag:yaml.org,2002:str",
      resolve: (str) => str,
      stringify(item, ctx, onComment, onChompKeep) {
        ctx = Object.assign({ actualString: true }, ctx);
        return stringifyString.stringifyString(item, ctx, onComment, onChompKeep);
      }
    };
    exports2.string = string3;
  }
});

// node_modules/yaml/dist/schema/common/null.js
var require_null = __commonJS({
  "node_modules/yaml/dist/schema/common/null.js"(exports2) {
    "use strict";
    var Scalar = require_Scalar();
    var nullTag = {
      identify: (value) => value == null,
      createNode: () => new Scalar.Scalar(null),
      default: true,
      tag: "tag:yaml.org,2002:null",
      test: /^(?:~|[Nn]ull|NULL)?$/,
      resolve: () => new Scalar.Scalar(null),
      stringify: ({ source }, ctx) => typeof source === "string" && nullTag.test.test(source) ? source : ctx.options.nullStr
    };
    exports2.nullTag = nullTag;
  }
});

// node_modules/yaml/dist/schema/core/bool.js
var require_bool = __commonJS({
  "node_modules/yaml/dist/schema/core/bool.js"(exports2) {
    "use strict";
    var Scalar = require_Scalar();
    var boolTag = {
      identify: (value) => typeof value === "boolean",
      default: true,
      tag: "tag:yaml.org,2002:bool",
      test: /^(?:[Tt]rue|TRUE|[Ff]alse|FALSE)$/,
      resolve: (str) => new Scalar.Scalar(str[0] === "t" || str[0] === "T"),
      stringify({ source, value }, ctx) {
        if (source && boolTag.test.test(source)) {
          const sv = source[0] === "t" || source[0] === "T";
          if (value === sv)
            return source;
        }
        return value ? ctx.options.trueStr : ctx.options.falseStr;
      }
    };
    exports2.boolTag = boolTag;
  }
});

// node_modules/yaml/dist/stringify/stringifyNumber.js
var require_stringifyNumber = __commonJS({
  "node_modules/yaml/dist/stringify/stringifyNumber.js"(exports2) {
    "use strict";
    function stringifyNumber({ format, minFractionDigits, tag, value }) {
      if (typeof value === "bigint")
        return String(value);
      const num = typeof value === "number" ? value : Number(value);
      if (!isFinite(num))
        return isNaN(num) ? ".nan" : num < 0 ? "-.inf" : ".inf";
      let n = Object.is(value, -0) ? "-0" : JSON.stringify(value);
      if (!format && minFractionDigits && (!tag || tag === "tag:yaml.org,2002:float") && /^-?\d/.test(n) && !n.includes("e")) {
        let i = n.indexOf(".");
        if (i < 0) {
          i = n.length;
          n += ".";
        }
        let d = minFractionDigits - (n.length - i - 1);
        while (d-- > 0)
          n += "0";
      }
      return n;
    }
    exports2.stringifyNumber = stringifyNumber;
  }
});

// node_modules/yaml/dist/schema/core/float.js
var require_float = __commonJS({
  "node_modules/yaml/dist/schema/core/float.js"(exports2) {
    "use strict";
    var Scalar = require_Scalar();
    var stringifyNumber = require_stringifyNumber();
    var floatNaN = {
      identify: (value) => typeof value === "number",
      default: true,
      tag: "tag:yaml.org,2002:float",
      test: /^(?:[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)$/,
      resolve: (str) => str.slice(-3).toLowerCase() === "nan" ? NaN : str[0] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY,
      stringify: stringifyNumber.stringifyNumber
    };
    var floatExp = {
      identify: (value) => typeof value === "number",
      default: true,
      tag: "tag:yaml.org,2002:float",
      format: "EXP",
      test: /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+$/,
      resolve: (str) => parseFloat(str),
      stringify(node2) {
        const num = Number(node2.value);
        return isFinite(num) ? num.toExponential() : stringifyNumber.stringifyNumber(node2);
      }
    };
    var float = {
      identify: (value) => typeof value === "number",
      default: true,
      tag: "tag:yaml.org,2002:float",
      test: /^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)$/,
      resolve(str) {
        const node2 = new Scalar.Scalar(parseFloat(str));
        const dot2 = str.indexOf(".");
        if (dot2 !== -1 && str[str.length - 1] === "0")
          node2.minFractionDigits = str.length - dot2 - 1;
        return node2;
      },
      stringify: stringifyNumber.stringifyNumber
    };
    exports2.float = float;
    exports2.floatExp = floatExp;
    exports2.floatNaN = floatNaN;
  }
});

// node_modules/yaml/dist/schema/core/int.js
var require_int = __commonJS({
  "node_modules/yaml/dist/schema/core/int.js"(exports2) {
    "use strict";
    var stringifyNumber = require_stringifyNumber();
    var intIdentify = (value) => typeof value === "bigint" || Number.isInteger(value);
    var intResolve = (str, offset, radix, { intAsBigInt }) => intAsBigInt ? BigInt(str) : parseInt(str.substring(offset), radix);
    function intStringify(node2, radix, prefix) {
      const { value } = node2;
      if (intIdentify(value) && value >= 0)
        return prefix + value.toString(radix);
      return stringifyNumber.stringifyNumber(node2);
    }
    var intOct = {
      identify: (value) => intIdentify(value) && value >= 0,
      default: true,
      tag: "tag:yaml.org,2002:int",
      format: "OCT",
      test: /^0o[0-7]+$/,
      resolve: (str, _onError, opt) => intResolve(str, 2, 8, opt),
      stringify: (node2) => intStringify(node2, 8, "0o")
    };
    var int2 = {
      identify: intIdentify,
      default: true,
      tag: "tag:yaml.org,2002:int",
      test: /^[-+]?[0-9]+$/,
      resolve: (str, _onError, opt) => intResolve(str, 0, 10, opt),
      stringify: stringifyNumber.stringifyNumber
    };
    var intHex = {
      identify: (value) => intIdentify(value) && value >= 0,
      default: true,
      tag: "tag:yaml.org,2002:int",
      format: "HEX",
      test: /^0x[0-9a-fA-F]+$/,
      resolve: (str, _onError, opt) => intResolve(str, 2, 16, opt),
      stringify: (node2) => intStringify(node2, 16, "0x")
    };
    exports2.int = int2;
    exports2.intHex = intHex;
    exports2.intOct = intOct;
  }
});

// node_modules/yaml/dist/schema/core/schema.js
var require_schema = __commonJS({
  "node_modules/yaml/dist/schema/core/schema.js"(exports2) {
    "use strict";
    var map = require_map();
    var _null4 = require_null();
    var seq = require_seq();
    var string3 = require_string();
    var bool = require_bool();
    var float = require_float();
    var int2 = require_int();
    var schema = [
      map.map,
      seq.seq,
      string3.string,
      _null4.nullTag,
      bool.boolTag,
      int2.intOct,
      int2.int,
      int2.intHex,
      float.floatNaN,
      float.floatExp,
      float.float
    ];
    exports2.schema = schema;
  }
});

// node_modules/yaml/dist/schema/json/schema.js
var require_schema2 = __commonJS({
  "node_modules/yaml/dist/schema/json/schema.js"(exports2) {
    "use strict";
    var Scalar = require_Scalar();
    var map = require_map();
    var seq = require_seq();
    function intIdentify(value) {
      return typeof value === "bigint" || Number.isInteger(value);
    }
    var stringifyJSON = ({ value }) => JSON.stringify(value);
    var jsonScalars = [
      {
        identify: (value) => typeof value === "string",
        default: true,
        tag: "tag:yaml.org,2002:str",
        resolve: (str) => str,
        stringify: stringifyJSON
      },
      {
        identify: (value) => value == null,
        createNode: () => new Scalar.Scalar(null),
        default: true,
        tag: "tag:yaml.org,2002:null",
        test: /^null$/,
        resolve: () => null,
        stringify: stringifyJSON
      },
      {
        identify: (value) => typeof value === "boolean",
        default: true,
        tag: "tag:yaml.org,2002:bool",
        test: /^true$|^false$/,
        resolve: (str) => str === "true",
        stringify: stringifyJSON
      },
      {
        identify: intIdentify,
        default: true,
        tag: "tag:yaml.org,2002:int",
        test: /^-?(?:0|[1-9][0-9]*)$/,
        resolve: (str, _onError, { intAsBigInt }) => intAsBigInt ? BigInt(str) : parseInt(str, 10),
        stringify: ({ value }) => intIdentify(value) ? value.toString() : JSON.stringify(value)
      },
      {
        identify: (value) => typeof value === "number",
        default: true,
        tag: "tag:yaml.org,2002:float",
        test: /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?$/,
        resolve: (str) => parseFloat(str),
        stringify: stringifyJSON
      }
    ];
    var jsonError = {
      default: true,
      tag: "",
      test: /^/,
      resolve(str, onError) {
        onError(`Unresolved plain scalar ${JSON.stringify(str)}`);
        return str;
      }
    };
    var schema = [map.map, seq.seq].concat(jsonScalars, jsonError);
    exports2.schema = schema;
  }
});

// node_modules/yaml/dist/schema/yaml-1.1/binary.js
var require_binary = __commonJS({
  "node_modules/yaml/dist/schema/yaml-1.1/binary.js"(exports2) {
    "use strict";
    var node_buffer = require("buffer");
    var Scalar = require_Scalar();
    var stringifyString = require_stringifyString();
    var binary = {
      identify: (value) => value instanceof Uint8Array,
      // Buffer inherits from Uint8Array
      default: false,
      tag: "tag:yaml.org,2002:binary",
      /**
       * Returns a Buffer in node and an Uint8Array in browsers
       *
       * To use the resulting buffer as an image, you'll want to do something like:
       *
       *   const blob = new Blob([buffer], { type: 'image/jpeg' })
       *   document.querySelector('#photo').src = URL.createObjectURL(blob)
       */
      resolve(src, onError) {
        if (typeof node_buffer.Buffer === "function") {
          return node_buffer.Buffer.from(src, "base64");
        } else if (typeof atob === "function") {
          const str = atob(src.replace(/[\n\r]/g, ""));
          const buffer = new Uint8Array(str.length);
          for (let i = 0; i < str.length; ++i)
            buffer[i] = str.charCodeAt(i);
          return buffer;
        } else {
          onError("This environment does not support reading binary tags; either Buffer or atob is required");
          return src;
        }
      },
      stringify({ comment, type, value }, ctx, onComment, onChompKeep) {
        if (!value)
          return "";
        const buf = value;
        let str;
        if (typeof node_buffer.Buffer === "function") {
          str = buf instanceof node_buffer.Buffer ? buf.toString("base64") : node_buffer.Buffer.from(buf.buffer).toString("base64");
        } else if (typeof btoa === "function") {
          let s = "";
          for (let i = 0; i < buf.length; ++i)
            s += String.fromCharCode(buf[i]);
          str = btoa(s);
        } else {
          throw new Error("This environment does not support writing binary tags; either Buffer or btoa is required");
        }
        type ?? (type = Scalar.Scalar.BLOCK_LITERAL);
        if (type !== Scalar.Scalar.QUOTE_DOUBLE) {
          const lineWidth = Math.max(ctx.options.lineWidth - ctx.indent.length, ctx.options.minContentWidth);
          const n = Math.ceil(str.length / lineWidth);
          const lines = new Array(n);
          for (let i = 0, o = 0; i < n; ++i, o += lineWidth) {
            lines[i] = str.substr(o, lineWidth);
          }
          str = lines.join(type === Scalar.Scalar.BLOCK_LITERAL ? "\n" : " ");
        }
        return stringifyString.stringifyString({ comment, type, value: str }, ctx, onComment, onChompKeep);
      }
    };
    exports2.binary = binary;
  }
});

// node_modules/yaml/dist/schema/yaml-1.1/pairs.js
var require_pairs = __commonJS({
  "node_modules/yaml/dist/schema/yaml-1.1/pairs.js"(exports2) {
    "use strict";
    var identity = require_identity();
    var Pair = require_Pair();
    var Scalar = require_Scalar();
    var YAMLSeq = require_YAMLSeq();
    function resolvePairs(seq, onError) {
      if (identity.isSeq(seq)) {
        for (let i = 0; i < seq.items.length; ++i) {
          let item = seq.items[i];
          if (identity.isPair(item))
            continue;
          else if (identity.isMap(item)) {
            if (item.items.length > 1)
              onError("Each pair must have its own sequence indicator");
            const pair = item.items[0] || new Pair.Pair(new Scalar.Scalar(null));
            if (item.commentBefore)
              pair.key.commentBefore = pair.key.commentBefore ? `${item.commentBefore}
${pair.key.commentBefore}` : item.commentBefore;
            if (item.comment) {
              const cn = pair.value ?? pair.key;
              cn.comment = cn.comment ? `${item.comment}
${cn.comment}` : item.comment;
            }
            item = pair;
          }
          seq.items[i] = identity.isPair(item) ? item : new Pair.Pair(item);
        }
      } else
        onError("Expected a sequence for this tag");
      return seq;
    }
    function createPairs(schema, iterable, ctx) {
      const { replacer } = ctx;
      const pairs2 = new YAMLSeq.YAMLSeq(schema);
      pairs2.tag = "tag:yaml.org,2002:pairs";
      let i = 0;
      if (iterable && Symbol.iterator in Object(iterable))
        for (let it of iterable) {
          if (typeof replacer === "function")
            it = replacer.call(iterable, String(i++), it);
          let key, value;
          if (Array.isArray(it)) {
            if (it.length === 2) {
              key = it[0];
              value = it[1];
            } else
              throw new TypeError(`Expected [key, value] tuple: ${it}`);
          } else if (it && it instanceof Object) {
            const keys = Object.keys(it);
            if (keys.length === 1) {
              key = keys[0];
              value = it[key];
            } else {
              throw new TypeError(`Expected tuple with one key, not ${keys.length} keys`);
            }
          } else {
            key = it;
          }
          pairs2.items.push(Pair.createPair(key, value, ctx));
        }
      return pairs2;
    }
    var pairs = {
      collection: "seq",
      default: false,
      tag: "tag:yaml.org,2002:pairs",
      resolve: resolvePairs,
      createNode: createPairs
    };
    exports2.createPairs = createPairs;
    exports2.pairs = pairs;
    exports2.resolvePairs = resolvePairs;
  }
});

// node_modules/yaml/dist/schema/yaml-1.1/omap.js
var require_omap = __commonJS({
  "node_modules/yaml/dist/schema/yaml-1.1/omap.js"(exports2) {
    "use strict";
    var identity = require_identity();
    var toJS = require_toJS();
    var YAMLMap = require_YAMLMap();
    var YAMLSeq = require_YAMLSeq();
    var pairs = require_pairs();
    var YAMLOMap = class _YAMLOMap extends YAMLSeq.YAMLSeq {
      constructor() {
        super();
        this.add = YAMLMap.YAMLMap.prototype.add.bind(this);
        this.delete = YAMLMap.YAMLMap.prototype.delete.bind(this);
        this.get = YAMLMap.YAMLMap.prototype.get.bind(this);
        this.has = YAMLMap.YAMLMap.prototype.has.bind(this);
        this.set = YAMLMap.YAMLMap.prototype.set.bind(this);
        this.tag = _YAMLOMap.tag;
      }
      /**
       * If `ctx` is given, the return type is actually `Map<unknown, unknown>`,
       * but TypeScript won't allow widening the signature of a child method.
       */
      toJSON(_, ctx) {
        if (!ctx)
          return super.toJSON(_);
        const map = /* @__PURE__ */ new Map();
        if (ctx?.onCreate)
          ctx.onCreate(map);
        for (const pair of this.items) {
          let key, value;
          if (identity.isPair(pair)) {
            key = toJS.toJS(pair.key, "", ctx);
            value = toJS.toJS(pair.value, key, ctx);
          } else {
            key = toJS.toJS(pair, "", ctx);
          }
          if (map.has(key))
            throw new Error("Ordered maps must not include duplicate keys");
          map.set(key, value);
        }
        return map;
      }
      static from(schema, iterable, ctx) {
        const pairs$1 = pairs.createPairs(schema, iterable, ctx);
        const omap2 = new this();
        omap2.items = pairs$1.items;
        return omap2;
      }
    };
    YAMLOMap.tag = "tag:yaml.org,2002:omap";
    var omap = {
      collection: "seq",
      identify: (value) => value instanceof Map,
      nodeClass: YAMLOMap,
      default: false,
      tag: "tag:yaml.org,2002:omap",
      resolve(seq, onError) {
        const pairs$1 = pairs.resolvePairs(seq, onError);
        const seenKeys = [];
        for (const { key } of pairs$1.items) {
          if (identity.isScalar(key)) {
            if (seenKeys.includes(key.value)) {
              onError(`Ordered maps must not include duplicate keys: ${key.value}`);
            } else {
              seenKeys.push(key.value);
            }
          }
        }
        return Object.assign(new YAMLOMap(), pairs$1);
      },
      createNode: (schema, iterable, ctx) => YAMLOMap.from(schema, iterable, ctx)
    };
    exports2.YAMLOMap = YAMLOMap;
    exports2.omap = omap;
  }
});

// node_modules/yaml/dist/schema/yaml-1.1/bool.js
var require_bool2 = __commonJS({
  "node_modules/yaml/dist/schema/yaml-1.1/bool.js"(exports2) {
    "use strict";
    var Scalar = require_Scalar();
    function boolStringify({ value, source }, ctx) {
      const boolObj = value ? trueTag : falseTag;
      if (source && boolObj.test.test(source))
        return source;
      return value ? ctx.options.trueStr : ctx.options.falseStr;
    }
    var trueTag = {
      identify: (value) => value === true,
      default: true,
      tag: "tag:yaml.org,2002:bool",
      test: /^(?:Y|y|[Yy]es|YES|[Tt]rue|TRUE|[Oo]n|ON)$/,
      resolve: () => new Scalar.Scalar(true),
      stringify: boolStringify
    };
    var falseTag = {
      identify: (value) => value === false,
      default: true,
      tag: "tag:yaml.org,2002:bool",
      test: /^(?:N|n|[Nn]o|NO|[Ff]alse|FALSE|[Oo]ff|OFF)$/,
      resolve: () => new Scalar.Scalar(false),
      stringify: boolStringify
    };
    exports2.falseTag = falseTag;
    exports2.trueTag = trueTag;
  }
});

// node_modules/yaml/dist/schema/yaml-1.1/float.js
var require_float2 = __commonJS({
  "node_modules/yaml/dist/schema/yaml-1.1/float.js"(exports2) {
    "use strict";
    var Scalar = require_Scalar();
    var stringifyNumber = require_stringifyNumber();
    var floatNaN = {
      identify: (value) => typeof value === "number",
      default: true,
      tag: "tag:yaml.org,2002:float",
      test: /^(?:[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)$/,
      resolve: (str) => str.slice(-3).toLowerCase() === "nan" ? NaN : str[0] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY,
      stringify: stringifyNumber.stringifyNumber
    };
    var floatExp = {
      identify: (value) => typeof value === "number",
      default: true,
      tag: "tag:yaml.org,2002:float",
      format: "EXP",
      test: /^[-+]?(?:[0-9][0-9_]*)?(?:\.[0-9_]*)?[eE][-+]?[0-9]+$/,
      resolve: (str) => parseFloat(str.replace(/_/g, "")),
      stringify(node2) {
        const num = Number(node2.value);
        return isFinite(num) ? num.toExponential() : stringifyNumber.stringifyNumber(node2);
      }
    };
    var float = {
      identify: (value) => typeof value === "number",
      default: true,
      tag: "tag:yaml.org,2002:float",
      test: /^[-+]?(?:[0-9][0-9_]*)?\.[0-9_]*$/,
      resolve(str) {
        const node2 = new Scalar.Scalar(parseFloat(str.replace(/_/g, "")));
        const dot2 = str.indexOf(".");
        if (dot2 !== -1) {
          const f = str.substring(dot2 + 1).replace(/_/g, "");
          if (f[f.length - 1] === "0")
            node2.minFractionDigits = f.length;
        }
        return node2;
      },
      stringify: stringifyNumber.stringifyNumber
    };
    exports2.float = float;
    exports2.floatExp = floatExp;
    exports2.floatNaN = floatNaN;
  }
});

// node_modules/yaml/dist/schema/yaml-1.1/int.js
var require_int2 = __commonJS({
  "node_modules/yaml/dist/schema/yaml-1.1/int.js"(exports2) {
    "use strict";
    var stringifyNumber = require_stringifyNumber();
    var intIdentify = (value) => typeof value === "bigint" || Number.isInteger(value);
    function intResolve(str, offset, radix, { intAsBigInt }) {
      const sign = str[0];
      if (sign === "-" || sign === "+")
        offset += 1;
      str = str.substring(offset).replace(/_/g, "");
      if (intAsBigInt) {
        switch (radix) {
          case 2:
            str = `0b${str}`;
            break;
          case 8:
            str = `0o${str}`;
            break;
          case 16:
            str = `0x${str}`;
            break;
        }
        const n2 = BigInt(str);
        return sign === "-" ? BigInt(-1) * n2 : n2;
      }
      const n = parseInt(str, radix);
      return sign === "-" ? -1 * n : n;
    }
    function intStringify(node2, radix, prefix) {
      const { value } = node2;
      if (intIdentify(value)) {
        const str = value.toString(radix);
        return value < 0 ? "-" + prefix + str.substr(1) : prefix + str;
      }
      return stringifyNumber.stringifyNumber(node2);
    }
    var intBin = {
      identify: intIdentify,
      default: true,
      tag: "tag:yaml.org,2002:int",
      format: "BIN",
      test: /^[-+]?0b[0-1_]+$/,
      resolve: (str, _onError, opt) => intResolve(str, 2, 2, opt),
      stringify: (node2) => intStringify(node2, 2, "0b")
    };
    var intOct = {
      identify: intIdentify,
      default: true,
      tag: "tag:yaml.org,2002:int",
      format: "OCT",
      test: /^[-+]?0[0-7_]+$/,
      resolve: (str, _onError, opt) => intResolve(str, 1, 8, opt),
      stringify: (node2) => intStringify(node2, 8, "0")
    };
    var int2 = {
      identify: intIdentify,
      default: true,
      tag: "tag:yaml.org,2002:int",
      test: /^[-+]?[0-9][0-9_]*$/,
      resolve: (str, _onError, opt) => intResolve(str, 0, 10, opt),
      stringify: stringifyNumber.stringifyNumber
    };
    var intHex = {
      identify: intIdentify,
      default: true,
      tag: "tag:yaml.org,2002:int",
      format: "HEX",
      test: /^[-+]?0x[0-9a-fA-F_]+$/,
      resolve: (str, _onError, opt) => intResolve(str, 2, 16, opt),
      stringify: (node2) => intStringify(node2, 16, "0x")
    };
    exports2.int = int2;
    exports2.intBin = intBin;
    exports2.intHex = intHex;
    exports2.intOct = intOct;
  }
});

// node_modules/yaml/dist/schema/yaml-1.1/set.js
var require_set = __commonJS({
  "node_modules/yaml/dist/schema/yaml-1.1/set.js"(exports2) {
    "use strict";
    var identity = require_identity();
    var Pair = require_Pair();
    var YAMLMap = require_YAMLMap();
    var YAMLSet = class _YAMLSet extends YAMLMap.YAMLMap {
      constructor(schema) {
        super(schema);
        this.tag = _YAMLSet.tag;
      }
      add(key) {
        let pair;
        if (identity.isPair(key))
          pair = key;
        else if (key && typeof key === "object" && "key" in key && "value" in key && key.value === null)
          pair = new Pair.Pair(key.key, null);
        else
          pair = new Pair.Pair(key, null);
        const prev = YAMLMap.findPair(this.items, pair.key);
        if (!prev)
          this.items.push(pair);
      }
      /**
       * If `keepPair` is `true`, returns the Pair matching `key`.
       * Otherwise, returns the value of that Pair's key.
       */
      get(key, keepPair) {
        const pair = YAMLMap.findPair(this.items, key);
        return !keepPair && identity.isPair(pair) ? identity.isScalar(pair.key) ? pair.key.value : pair.key : pair;
      }
      set(key, value) {
        if (typeof value !== "boolean")
          throw new Error(`Expected boolean value for set(key, value) in a YAML set, not ${typeof value}`);
        const prev = YAMLMap.findPair(this.items, key);
        if (prev && !value) {
          this.items.splice(this.items.indexOf(prev), 1);
        } else if (!prev && value) {
          this.items.push(new Pair.Pair(key));
        }
      }
      toJSON(_, ctx) {
        return super.toJSON(_, ctx, Set);
      }
      toString(ctx, onComment, onChompKeep) {
        if (!ctx)
          return JSON.stringify(this);
        if (this.hasAllNullValues(true))
          return super.toString(Object.assign({}, ctx, { allNullValues: true }), onComment, onChompKeep);
        else
          throw new Error("Set items must all have null values");
      }
      static from(schema, iterable, ctx) {
        const { replacer } = ctx;
        const set2 = new this(schema);
        if (iterable && Symbol.iterator in Object(iterable))
          for (let value of iterable) {
            if (typeof replacer === "function")
              value = replacer.call(iterable, value, value);
            set2.items.push(Pair.createPair(value, null, ctx));
          }
        return set2;
      }
    };
    YAMLSet.tag = "tag:yaml.org,2002:set";
    var set = {
      collection: "map",
      identify: (value) => value instanceof Set,
      nodeClass: YAMLSet,
      default: false,
      tag: "tag:yaml.org,2002:set",
      createNode: (schema, iterable, ctx) => YAMLSet.from(schema, iterable, ctx),
      resolve(map, onError) {
        if (identity.isMap(map)) {
          if (map.hasAllNullValues(true))
            return Object.assign(new YAMLSet(), map);
          else
            onError("Set items must all have null values");
        } else
          onError("Expected a mapping for this tag");
        return map;
      }
    };
    exports2.YAMLSet = YAMLSet;
    exports2.set = set;
  }
});

// node_modules/yaml/dist/schema/yaml-1.1/timestamp.js
var require_timestamp = __commonJS({
  "node_modules/yaml/dist/schema/yaml-1.1/timestamp.js"(exports2) {
    "use strict";
    var stringifyNumber = require_stringifyNumber();
    function parseSexagesimal(str, asBigInt) {
      const sign = str[0];
      const parts = sign === "-" || sign === "+" ? str.substring(1) : str;
      const num = (n) => asBigInt ? BigInt(n) : Number(n);
      const res = parts.replace(/_/g, "").split(":").reduce((res2, p) => res2 * num(60) + num(p), num(0));
      return sign === "-" ? num(-1) * res : res;
    }
    function stringifySexagesimal(node2) {
      let { value } = node2;
      let num = (n) => n;
      if (typeof value === "bigint")
        num = (n) => BigInt(n);
      else if (isNaN(value) || !isFinite(value))
        return stringifyNumber.stringifyNumber(node2);
      let sign = "";
      if (value < 0) {
        sign = "-";
        value *= num(-1);
      }
      const _60 = num(60);
      const parts = [value % _60];
      if (value < 60) {
        parts.unshift(0);
      } else {
        value = (value - parts[0]) / _60;
        parts.unshift(value % _60);
        if (value >= 60) {
          value = (value - parts[0]) / _60;
          parts.unshift(value);
        }
      }
      return sign + parts.map((n) => String(n).padStart(2, "0")).join(":").replace(/000000\d*$/, "");
    }
    var intTime = {
      identify: (value) => typeof value === "bigint" || Number.isInteger(value),
      default: true,
      tag: "tag:yaml.org,2002:int",
      format: "TIME",
      test: /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+$/,
      resolve: (str, _onError, { intAsBigInt }) => parseSexagesimal(str, intAsBigInt),
      stringify: stringifySexagesimal
    };
    var floatTime = {
      identify: (value) => typeof value === "number",
      default: true,
      tag: "tag:yaml.org,2002:float",
      format: "TIME",
      test: /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*$/,
      resolve: (str) => parseSexagesimal(str, false),
      stringify: stringifySexagesimal
    };
    var timestamp2 = {
      identify: (value) => value instanceof Date,
      default: true,
      tag: "tag:yaml.org,2002:timestamp",
      // If the time zone is omitted, the timestamp is assumed to be specified in UTC. The time part
      // may be omitted altogether, resulting in a date format. In such a case, the time part is
      // assumed to be 00:00:00Z (start of day, UTC).
      test: RegExp("^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:(?:t|T|[ \\t]+)([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2}(\\.[0-9]+)?)(?:[ \\t]*(Z|[-+][012]?[0-9](?::[0-9]{2})?))?)?$"),
      resolve(str) {
        const match = str.match(timestamp2.test);
        if (!match)
          throw new Error("!!timestamp expects a date, starting with yyyy-mm-dd");
        const [, year, month, day, hour, minute, second] = match.map(Number);
        const millisec = match[7] ? Number((match[7] + "00").substr(1, 3)) : 0;
        let date2 = Date.UTC(year, month - 1, day, hour || 0, minute || 0, second || 0, millisec);
        const tz = match[8];
        if (tz && tz !== "Z") {
          let d = parseSexagesimal(tz, false);
          if (Math.abs(d) < 30)
            d *= 60;
          date2 -= 6e4 * d;
        }
        return new Date(date2);
      },
      stringify: ({ value }) => value?.toISOString().replace(/(T00:00:00)?\.000Z$/, "") ?? ""
    };
    exports2.floatTime = floatTime;
    exports2.intTime = intTime;
    exports2.timestamp = timestamp2;
  }
});

// node_modules/yaml/dist/schema/yaml-1.1/schema.js
var require_schema3 = __commonJS({
  "node_modules/yaml/dist/schema/yaml-1.1/schema.js"(exports2) {
    "use strict";
    var map = require_map();
    var _null4 = require_null();
    var seq = require_seq();
    var string3 = require_string();
    var binary = require_binary();
    var bool = require_bool2();
    var float = require_float2();
    var int2 = require_int2();
    var merge2 = require_merge();
    var omap = require_omap();
    var pairs = require_pairs();
    var set = require_set();
    var timestamp2 = require_timestamp();
    var schema = [
      map.map,
      seq.seq,
      string3.string,
      _null4.nullTag,
      bool.trueTag,
      bool.falseTag,
      int2.intBin,
      int2.intOct,
      int2.int,
      int2.intHex,
      float.floatNaN,
      float.floatExp,
      float.float,
      binary.binary,
      merge2.merge,
      omap.omap,
      pairs.pairs,
      set.set,
      timestamp2.intTime,
      timestamp2.floatTime,
      timestamp2.timestamp
    ];
    exports2.schema = schema;
  }
});

// node_modules/yaml/dist/schema/tags.js
var require_tags = __commonJS({
  "node_modules/yaml/dist/schema/tags.js"(exports2) {
    "use strict";
    var map = require_map();
    var _null4 = require_null();
    var seq = require_seq();
    var string3 = require_string();
    var bool = require_bool();
    var float = require_float();
    var int2 = require_int();
    var schema = require_schema();
    var schema$1 = require_schema2();
    var binary = require_binary();
    var merge2 = require_merge();
    var omap = require_omap();
    var pairs = require_pairs();
    var schema$2 = require_schema3();
    var set = require_set();
    var timestamp2 = require_timestamp();
    var schemas = /* @__PURE__ */ new Map([
      ["core", schema.schema],
      ["failsafe", [map.map, seq.seq, string3.string]],
      ["json", schema$1.schema],
      ["yaml11", schema$2.schema],
      ["yaml-1.1", schema$2.schema]
    ]);
    var tagsByName = {
      binary: binary.binary,
      bool: bool.boolTag,
      float: float.float,
      floatExp: float.floatExp,
      floatNaN: float.floatNaN,
      floatTime: timestamp2.floatTime,
      int: int2.int,
      intHex: int2.intHex,
      intOct: int2.intOct,
      intTime: timestamp2.intTime,
      map: map.map,
      merge: merge2.merge,
      null: _null4.nullTag,
      omap: omap.omap,
      pairs: pairs.pairs,
      seq: seq.seq,
      set: set.set,
      timestamp: timestamp2.timestamp
    };
    var coreKnownTags = {
      "tag:yaml.org,2002:binary": binary.binary,
      "tag:yaml.org,2002:merge": merge2.merge,
      "tag:yaml.org,2002:omap": omap.omap,
      "tag:yaml.org,2002:pairs": pairs.pairs,
      "tag:yaml.org,2002:set": set.set,
      "tag:yaml.org,2002:timestamp": timestamp2.timestamp
    };
    function getTags(customTags, schemaName, addMergeTag) {
      const schemaTags = schemas.get(schemaName);
      if (schemaTags && !customTags) {
        return addMergeTag && !schemaTags.includes(merge2.merge) ? schemaTags.concat(merge2.merge) : schemaTags.slice();
      }
      let tags = schemaTags;
      if (!tags) {
        if (Array.isArray(customTags))
          tags = [];
        else {
          const keys = Array.from(schemas.keys()).filter((key) => key !== "yaml11").map((key) => JSON.stringify(key)).join(", ");
          throw new Error(`Unknown schema "${schemaName}"; use one of ${keys} or define customTags array`);
        }
      }
      if (Array.isArray(customTags)) {
        for (const tag of customTags)
          tags = tags.concat(tag);
      } else if (typeof customTags === "function") {
        tags = customTags(tags.slice());
      }
      if (addMergeTag)
        tags = tags.concat(merge2.merge);
      return tags.reduce((tags2, tag) => {
        const tagObj = typeof tag === "string" ? tagsByName[tag] : tag;
        if (!tagObj) {
          const tagName = JSON.stringify(tag);
          const keys = Object.keys(tagsByName).map((key) => JSON.stringify(key)).join(", ");
          throw new Error(`Unknown custom tag ${tagName}; use one of ${keys}`);
        }
        if (!tags2.includes(tagObj))
          tags2.push(tagObj);
        return tags2;
      }, []);
    }
    exports2.coreKnownTags = coreKnownTags;
    exports2.getTags = getTags;
  }
});

// node_modules/yaml/dist/schema/Schema.js
var require_Schema = __commonJS({
  "node_modules/yaml/dist/schema/Schema.js"(exports2) {
    "use strict";
    var identity = require_identity();
    var map = require_map();
    var seq = require_seq();
    var string3 = require_string();
    var tags = require_tags();
    var sortMapEntriesByKey = (a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
    var Schema = class _Schema {
      constructor({ compat, customTags, merge: merge2, resolveKnownTags, schema, sortMapEntries, toStringDefaults }) {
        this.compat = Array.isArray(compat) ? tags.getTags(compat, "compat") : compat ? tags.getTags(null, compat) : null;
        this.name = typeof schema === "string" && schema || "core";
        this.knownTags = resolveKnownTags ? tags.coreKnownTags : {};
        this.tags = tags.getTags(customTags, this.name, merge2);
        this.toStringOptions = toStringDefaults ?? null;
        Object.defineProperty(this, identity.MAP, { value: map.map });
        Object.defineProperty(this, identity.SCALAR, { value: string3.string });
        Object.defineProperty(this, identity.SEQ, { value: seq.seq });
        this.sortMapEntries = typeof sortMapEntries === "function" ? sortMapEntries : sortMapEntries === true ? sortMapEntriesByKey : null;
      }
      clone() {
        const copy = Object.create(_Schema.prototype, Object.getOwnPropertyDescriptors(this));
        copy.tags = this.tags.slice();
        return copy;
      }
    };
    exports2.Schema = Schema;
  }
});

// node_modules/yaml/dist/stringify/stringifyDocument.js
var require_stringifyDocument = __commonJS({
  "node_modules/yaml/dist/stringify/stringifyDocument.js"(exports2) {
    "use strict";
    var identity = require_identity();
    var stringify2 = require_stringify();
    var stringifyComment = require_stringifyComment();
    function stringifyDocument(doc, options) {
      const lines = [];
      let hasDirectives = options.directives === true;
      if (options.directives !== false && doc.directives) {
        const dir = doc.directives.toString(doc);
        if (dir) {
          lines.push(dir);
          hasDirectives = true;
        } else if (doc.directives.docStart)
          hasDirectives = true;
      }
      if (hasDirectives)
        lines.push("---");
      const ctx = stringify2.createStringifyContext(doc, options);
      const { commentString } = ctx.options;
      if (doc.commentBefore) {
        if (lines.length !== 1)
          lines.unshift("");
        const cs = commentString(doc.commentBefore);
        lines.unshift(stringifyComment.indentComment(cs, ""));
      }
      let chompKeep = false;
      let contentComment = null;
      if (doc.contents) {
        if (identity.isNode(doc.contents)) {
          if (doc.contents.spaceBefore && hasDirectives)
            lines.push("");
          if (doc.contents.commentBefore) {
            const cs = commentString(doc.contents.commentBefore);
            lines.push(stringifyComment.indentComment(cs, ""));
          }
          ctx.forceBlockIndent = !!doc.comment;
          contentComment = doc.contents.comment;
        }
        const onChompKeep = contentComment ? void 0 : () => chompKeep = true;
        let body = stringify2.stringify(doc.contents, ctx, () => contentComment = null, onChompKeep);
        if (contentComment)
          body += stringifyComment.lineComment(body, "", commentString(contentComment));
        if ((body[0] === "|" || body[0] === ">") && lines[lines.length - 1] === "---") {
          lines[lines.length - 1] = `--- ${body}`;
        } else
          lines.push(body);
      } else {
        lines.push(stringify2.stringify(doc.contents, ctx));
      }
      if (doc.directives?.docEnd) {
        if (doc.comment) {
          const cs = commentString(doc.comment);
          if (cs.includes("\n")) {
            lines.push("...");
            lines.push(stringifyComment.indentComment(cs, ""));
          } else {
            lines.push(`... ${cs}`);
          }
        } else {
          lines.push("...");
        }
      } else {
        let dc = doc.comment;
        if (dc && chompKeep)
          dc = dc.replace(/^\n+/, "");
        if (dc) {
          if ((!chompKeep || contentComment) && lines[lines.length - 1] !== "")
            lines.push("");
          lines.push(stringifyComment.indentComment(commentString(dc), ""));
        }
      }
      return lines.join("\n") + "\n";
    }
    exports2.stringifyDocument = stringifyDocument;
  }
});

// node_modules/yaml/dist/doc/Document.js
var require_Document = __commonJS({
  "node_modules/yaml/dist/doc/Document.js"(exports2) {
    "use strict";
    var Alias = require_Alias();
    var Collection = require_Collection();
    var identity = require_identity();
    var Pair = require_Pair();
    var toJS = require_toJS();
    var Schema = require_Schema();
    var stringifyDocument = require_stringifyDocument();
    var anchors = require_anchors();
    var applyReviver = require_applyReviver();
    var createNode = require_createNode();
    var directives = require_directives();
    var Document = class _Document {
      constructor(value, replacer, options) {
        this.commentBefore = null;
        this.comment = null;
        this.errors = [];
        this.warnings = [];
        Object.defineProperty(this, identity.NODE_TYPE, { value: identity.DOC });
        let _replacer = null;
        if (typeof replacer === "function" || Array.isArray(replacer)) {
          _replacer = replacer;
        } else if (options === void 0 && replacer) {
          options = replacer;
          replacer = void 0;
        }
        const opt = Object.assign({
          intAsBigInt: false,
          keepSourceTokens: false,
          logLevel: "warn",
          prettyErrors: true,
          strict: true,
          stringKeys: false,
          uniqueKeys: true,
          version: "1.2"
        }, options);
        this.options = opt;
        let { version: version2 } = opt;
        if (options?._directives) {
          this.directives = options._directives.atDocument();
          if (this.directives.yaml.explicit)
            version2 = this.directives.yaml.version;
        } else
          this.directives = new directives.Directives({ version: version2 });
        this.setSchema(version2, options);
        this.contents = value === void 0 ? null : this.createNode(value, _replacer, options);
      }
      /**
       * Create a deep copy of this Document and its contents.
       *
       * Custom Node values that inherit from `Object` still refer to their original instances.
       */
      clone() {
        const copy = Object.create(_Document.prototype, {
          [identity.NODE_TYPE]: { value: identity.DOC }
        });
        copy.commentBefore = this.commentBefore;
        copy.comment = this.comment;
        copy.errors = this.errors.slice();
        copy.warnings = this.warnings.slice();
        copy.options = Object.assign({}, this.options);
        if (this.directives)
          copy.directives = this.directives.clone();
        copy.schema = this.schema.clone();
        copy.contents = identity.isNode(this.contents) ? this.contents.clone(copy.schema) : this.contents;
        if (this.range)
          copy.range = this.range.slice();
        return copy;
      }
      /** Adds a value to the document. */
      add(value) {
        if (assertCollection(this.contents))
          this.contents.add(value);
      }
      /** Adds a value to the document. */
      addIn(path, value) {
        if (assertCollection(this.contents))
          this.contents.addIn(path, value);
      }
      /**
       * Create a new `Alias` node, ensuring that the target `node` has the required anchor.
       *
       * If `node` already has an anchor, `name` is ignored.
       * Otherwise, the `node.anchor` value will be set to `name`,
       * or if an anchor with that name is already present in the document,
       * `name` will be used as a prefix for a new unique anchor.
       * If `name` is undefined, the generated anchor will use 'a' as a prefix.
       */
      createAlias(node2, name) {
        if (!node2.anchor) {
          const prev = anchors.anchorNames(this);
          node2.anchor = // eslint-disable-next-line @typescript-eslint/prefer-nullish-coalescing
          !name || prev.has(name) ? anchors.findNewAnchor(name || "a", prev) : name;
        }
        return new Alias.Alias(node2.anchor);
      }
      createNode(value, replacer, options) {
        let _replacer = void 0;
        if (typeof replacer === "function") {
          value = replacer.call({ "": value }, "", value);
          _replacer = replacer;
        } else if (Array.isArray(replacer)) {
          const keyToStr = (v) => typeof v === "number" || v instanceof String || v instanceof Number;
          const asStr = replacer.filter(keyToStr).map(String);
          if (asStr.length > 0)
            replacer = replacer.concat(asStr);
          _replacer = replacer;
        } else if (options === void 0 && replacer) {
          options = replacer;
          replacer = void 0;
        }
        const { aliasDuplicateObjects, anchorPrefix, flow, keepUndefined, onTagObj, tag } = options ?? {};
        const { onAnchor, setAnchors, sourceObjects } = anchors.createNodeAnchors(
          this,
          // eslint-disable-next-line @typescript-eslint/prefer-nullish-coalescing
          anchorPrefix || "a"
        );
        const ctx = {
          aliasDuplicateObjects: aliasDuplicateObjects ?? true,
          keepUndefined: keepUndefined ?? false,
          onAnchor,
          onTagObj,
          replacer: _replacer,
          schema: this.schema,
          sourceObjects
        };
        const node2 = createNode.createNode(value, tag, ctx);
        if (flow && identity.isCollection(node2))
          node2.flow = true;
        setAnchors();
        return node2;
      }
      /**
       * Convert a key and a value into a `Pair` using the current schema,
       * recursively wrapping all values as `Scalar` or `Collection` nodes.
       */
      createPair(key, value, options = {}) {
        const k = this.createNode(key, null, options);
        const v = this.createNode(value, null, options);
        return new Pair.Pair(k, v);
      }
      /**
       * Removes a value from the document.
       * @returns `true` if the item was found and removed.
       */
      delete(key) {
        return assertCollection(this.contents) ? this.contents.delete(key) : false;
      }
      /**
       * Removes a value from the document.
       * @returns `true` if the item was found and removed.
       */
      deleteIn(path) {
        if (Collection.isEmptyPath(path)) {
          if (this.contents == null)
            return false;
          this.contents = null;
          return true;
        }
        return assertCollection(this.contents) ? this.contents.deleteIn(path) : false;
      }
      /**
       * Returns item at `key`, or `undefined` if not found. By default unwraps
       * scalar values from their surrounding node; to disable set `keepScalar` to
       * `true` (collections are always returned intact).
       */
      get(key, keepScalar) {
        return identity.isCollection(this.contents) ? this.contents.get(key, keepScalar) : void 0;
      }
      /**
       * Returns item at `path`, or `undefined` if not found. By default unwraps
       * scalar values from their surrounding node; to disable set `keepScalar` to
       * `true` (collections are always returned intact).
       */
      getIn(path, keepScalar) {
        if (Collection.isEmptyPath(path))
          return !keepScalar && identity.isScalar(this.contents) ? this.contents.value : this.contents;
        return identity.isCollection(this.contents) ? this.contents.getIn(path, keepScalar) : void 0;
      }
      /**
       * Checks if the document includes a value with the key `key`.
       */
      has(key) {
        return identity.isCollection(this.contents) ? this.contents.has(key) : false;
      }
      /**
       * Checks if the document includes a value at `path`.
       */
      hasIn(path) {
        if (Collection.isEmptyPath(path))
          return this.contents !== void 0;
        return identity.isCollection(this.contents) ? this.contents.hasIn(path) : false;
      }
      /**
       * Sets a value in this document. For `!!set`, `value` needs to be a
       * boolean to add/remove the item from the set.
       */
      set(key, value) {
        if (this.contents == null) {
          this.contents = Collection.collectionFromPath(this.schema, [key], value);
        } else if (assertCollection(this.contents)) {
          this.contents.set(key, value);
        }
      }
      /**
       * Sets a value in this document. For `!!set`, `value` needs to be a
       * boolean to add/remove the item from the set.
       */
      setIn(path, value) {
        if (Collection.isEmptyPath(path)) {
          this.contents = value;
        } else if (this.contents == null) {
          this.contents = Collection.collectionFromPath(this.schema, Array.from(path), value);
        } else if (assertCollection(this.contents)) {
          this.contents.setIn(path, value);
        }
      }
      /**
       * Change the YAML version and schema used by the document.
       * A `null` version disables support for directives, explicit tags, anchors, and aliases.
       * It also requires the `schema` option to be given as a `Schema` instance value.
       *
       * Overrides all previously set schema options.
       */
      setSchema(version2, options = {}) {
        if (typeof version2 === "number")
          version2 = String(version2);
        let opt;
        switch (version2) {
          case "1.1":
            if (this.directives)
              this.directives.yaml.version = "1.1";
            else
              this.directives = new directives.Directives({ version: "1.1" });
            opt = { resolveKnownTags: false, schema: "yaml-1.1" };
            break;
          case "1.2":
          case "next":
            if (this.directives)
              this.directives.yaml.version = version2;
            else
              this.directives = new directives.Directives({ version: version2 });
            opt = { resolveKnownTags: true, schema: "core" };
            break;
          case null:
            if (this.directives)
              delete this.directives;
            opt = null;
            break;
          default: {
            const sv = JSON.stringify(version2);
            throw new Error(`Expected '1.1', '1.2' or null as first argument, but found: ${sv}`);
          }
        }
        if (options.schema instanceof Object)
          this.schema = options.schema;
        else if (opt)
          this.schema = new Schema.Schema(Object.assign(opt, options));
        else
          throw new Error(`With a null YAML version, the { schema: Schema } option is required`);
      }
      // json & jsonArg are only used from toJSON()
      toJS({ json: json2, jsonArg, mapAsMap, maxAliasCount, onAnchor, reviver } = {}) {
        const ctx = {
          anchors: /* @__PURE__ */ new Map(),
          doc: this,
          keep: !json2,
          mapAsMap: mapAsMap === true,
          mapKeyWarned: false,
          maxAliasCount: typeof maxAliasCount === "number" ? maxAliasCount : 100
        };
        const res = toJS.toJS(this.contents, jsonArg ?? "", ctx);
        if (typeof onAnchor === "function")
          for (const { count: count3, res: res2 } of ctx.anchors.values())
            onAnchor(res2, count3);
        return typeof reviver === "function" ? applyReviver.applyReviver(reviver, { "": res }, "", res) : res;
      }
      /**
       * A JSON representation of the document `contents`.
       *
       * @param jsonArg Used by `JSON.stringify` to indicate the array index or
       *   property name.
       */
      toJSON(jsonArg, onAnchor) {
        return this.toJS({ json: true, jsonArg, mapAsMap: false, onAnchor });
      }
      /** A YAML representation of the document. */
      toString(options = {}) {
        if (this.errors.length > 0)
          throw new Error("Document with errors cannot be stringified");
        if ("indent" in options && (!Number.isInteger(options.indent) || Number(options.indent) <= 0)) {
          const s = JSON.stringify(options.indent);
          throw new Error(`"indent" option must be a positive integer, not ${s}`);
        }
        return stringifyDocument.stringifyDocument(this, options);
      }
    };
    function assertCollection(contents) {
      if (identity.isCollection(contents))
        return true;
      throw new Error("Expected a YAML collection as document contents");
    }
    exports2.Document = Document;
  }
});

// node_modules/yaml/dist/errors.js
var require_errors = __commonJS({
  "node_modules/yaml/dist/errors.js"(exports2) {
    "use strict";
    var YAMLError = class extends Error {
      constructor(name, pos, code, message2) {
        super();
        this.name = name;
        this.code = code;
        this.message = message2;
        this.pos = pos;
      }
    };
    var YAMLParseError = class extends YAMLError {
      constructor(pos, code, message2) {
        super("YAMLParseError", pos, code, message2);
      }
    };
    var YAMLWarning = class extends YAMLError {
      constructor(pos, code, message2) {
        super("YAMLWarning", pos, code, message2);
      }
    };
    var prettifyError2 = (src, lc) => (error2) => {
      if (error2.pos[0] === -1)
        return;
      error2.linePos = error2.pos.map((pos) => lc.linePos(pos));
      const { line, col } = error2.linePos[0];
      error2.message += ` at line ${line}, column ${col}`;
      let ci = col - 1;
      let lineStr = src.substring(lc.lineStarts[line - 1], lc.lineStarts[line]).replace(/[\n\r]+$/, "");
      if (ci >= 60 && lineStr.length > 80) {
        const trimStart = Math.min(ci - 39, lineStr.length - 79);
        lineStr = "\u2026" + lineStr.substring(trimStart);
        ci -= trimStart - 1;
      }
      if (lineStr.length > 80)
        lineStr = lineStr.substring(0, 79) + "\u2026";
      if (line > 1 && /^ *$/.test(lineStr.substring(0, ci))) {
        let prev = src.substring(lc.lineStarts[line - 2], lc.lineStarts[line - 1]);
        if (prev.length > 80)
          prev = prev.substring(0, 79) + "\u2026\n";
        lineStr = prev + lineStr;
      }
      if (/[^ ]/.test(lineStr)) {
        let count3 = 1;
        const end = error2.linePos[1];
        if (end?.line === line && end.col > col) {
          count3 = Math.max(1, Math.min(end.col - col, 80 - ci));
        }
        const pointer = " ".repeat(ci) + "^".repeat(count3);
        error2.message += `:

${lineStr}
${pointer}
`;
      }
    };
    exports2.YAMLError = YAMLError;
    exports2.YAMLParseError = YAMLParseError;
    exports2.YAMLWarning = YAMLWarning;
    exports2.prettifyError = prettifyError2;
  }
});

// node_modules/yaml/dist/compose/resolve-props.js
var require_resolve_props = __commonJS({
  "node_modules/yaml/dist/compose/resolve-props.js"(exports2) {
    "use strict";
    function resolveProps(tokens, { flow, indicator, next, offset, onError, parentIndent, startOnNewline }) {
      let spaceBefore = false;
      let atNewline = startOnNewline;
      let hasSpace = startOnNewline;
      let comment = "";
      let commentSep = "";
      let hasNewline = false;
      let reqSpace = false;
      let tab = null;
      let anchor2 = null;
      let tag = null;
      let newlineAfterProp = null;
      let comma = null;
      let found = null;
      let start = null;
      for (const token of tokens) {
        if (reqSpace) {
          if (token.type !== "space" && token.type !== "newline" && token.type !== "comma")
            onError(token.offset, "MISSING_CHAR", "Tags and anchors must be separated from the next token by white space");
          reqSpace = false;
        }
        if (tab) {
          if (atNewline && token.type !== "comment" && token.type !== "newline") {
            onError(tab, "TAB_AS_INDENT", "Tabs are not allowed as indentation");
          }
          tab = null;
        }
        switch (token.type) {
          case "space":
            if (!flow && (indicator !== "doc-start" || next?.type !== "flow-collection") && token.source.includes("	")) {
              tab = token;
            }
            hasSpace = true;
            break;
          case "comment": {
            if (!hasSpace)
              onError(token, "MISSING_CHAR", "Comments must be separated from other tokens by white space characters");
            const cb = token.source.substring(1) || " ";
            if (!comment)
              comment = cb;
            else
              comment += commentSep + cb;
            commentSep = "";
            atNewline = false;
            break;
          }
          case "newline":
            if (atNewline) {
              if (comment)
                comment += token.source;
              else if (!found || indicator !== "seq-item-ind")
                spaceBefore = true;
            } else
              commentSep += token.source;
            atNewline = true;
            hasNewline = true;
            if (anchor2 || tag)
              newlineAfterProp = token;
            hasSpace = true;
            break;
          case "anchor":
            if (anchor2)
              onError(token, "MULTIPLE_ANCHORS", "A node can have at most one anchor");
            if (token.source.endsWith(":"))
              onError(token.offset + token.source.length - 1, "BAD_ALIAS", "Anchor ending in : is ambiguous", true);
            anchor2 = token;
            start ?? (start = token.offset);
            atNewline = false;
            hasSpace = false;
            reqSpace = true;
            break;
          case "tag": {
            if (tag)
              onError(token, "MULTIPLE_TAGS", "A node can have at most one tag");
            tag = token;
            start ?? (start = token.offset);
            atNewline = false;
            hasSpace = false;
            reqSpace = true;
            break;
          }
          case indicator:
            if (anchor2 || tag)
              onError(token, "BAD_PROP_ORDER", `Anchors and tags must be after the ${token.source} indicator`);
            if (found)
              onError(token, "UNEXPECTED_TOKEN", `Unexpected ${token.source} in ${flow ?? "collection"}`);
            found = token;
            atNewline = indicator === "seq-item-ind" || indicator === "explicit-key-ind";
            hasSpace = false;
            break;
          case "comma":
            if (flow) {
              if (comma)
                onError(token, "UNEXPECTED_TOKEN", `Unexpected , in ${flow}`);
              comma = token;
              atNewline = false;
              hasSpace = false;
              break;
            }
          // else fallthrough
          default:
            onError(token, "UNEXPECTED_TOKEN", `Unexpected ${token.type} token`);
            atNewline = false;
            hasSpace = false;
        }
      }
      const last = tokens[tokens.length - 1];
      const end = last ? last.offset + last.source.length : offset;
      if (reqSpace && next && next.type !== "space" && next.type !== "newline" && next.type !== "comma" && (next.type !== "scalar" || next.source !== "")) {
        onError(next.offset, "MISSING_CHAR", "Tags and anchors must be separated from the next token by white space");
      }
      if (tab && (atNewline && tab.indent <= parentIndent || next?.type === "block-map" || next?.type === "block-seq"))
        onError(tab, "TAB_AS_INDENT", "Tabs are not allowed as indentation");
      return {
        comma,
        found,
        spaceBefore,
        comment,
        hasNewline,
        anchor: anchor2,
        tag,
        newlineAfterProp,
        end,
        start: start ?? end
      };
    }
    exports2.resolveProps = resolveProps;
  }
});

// node_modules/yaml/dist/compose/util-contains-newline.js
var require_util_contains_newline = __commonJS({
  "node_modules/yaml/dist/compose/util-contains-newline.js"(exports2) {
    "use strict";
    function containsNewline(key) {
      if (!key)
        return null;
      switch (key.type) {
        case "alias":
        case "scalar":
        case "double-quoted-scalar":
        case "single-quoted-scalar":
          if (key.source.includes("\n"))
            return true;
          if (key.end) {
            for (const st of key.end)
              if (st.type === "newline")
                return true;
          }
          return false;
        case "flow-collection":
          for (const it of key.items) {
            for (const st of it.start)
              if (st.type === "newline")
                return true;
            if (it.sep) {
              for (const st of it.sep)
                if (st.type === "newline")
                  return true;
            }
            if (containsNewline(it.key) || containsNewline(it.value))
              return true;
          }
          return false;
        default:
          return true;
      }
    }
    exports2.containsNewline = containsNewline;
  }
});

// node_modules/yaml/dist/compose/util-flow-indent-check.js
var require_util_flow_indent_check = __commonJS({
  "node_modules/yaml/dist/compose/util-flow-indent-check.js"(exports2) {
    "use strict";
    var utilContainsNewline = require_util_contains_newline();
    function flowIndentCheck(indent, fc, onError) {
      if (fc?.type === "flow-collection") {
        const end = fc.end[0];
        if (end.indent === indent && (end.source === "]" || end.source === "}") && utilContainsNewline.containsNewline(fc)) {
          const msg = "Flow end indicator should be more indented than parent";
          onError(end, "BAD_INDENT", msg, true);
        }
      }
    }
    exports2.flowIndentCheck = flowIndentCheck;
  }
});

// node_modules/yaml/dist/compose/util-map-includes.js
var require_util_map_includes = __commonJS({
  "node_modules/yaml/dist/compose/util-map-includes.js"(exports2) {
    "use strict";
    var identity = require_identity();
    function mapIncludes(ctx, items, search) {
      const { uniqueKeys } = ctx.options;
      if (uniqueKeys === false)
        return false;
      const isEqual = typeof uniqueKeys === "function" ? uniqueKeys : (a, b) => a === b || identity.isScalar(a) && identity.isScalar(b) && a.value === b.value;
      return items.some((pair) => isEqual(pair.key, search));
    }
    exports2.mapIncludes = mapIncludes;
  }
});

// node_modules/yaml/dist/compose/resolve-block-map.js
var require_resolve_block_map = __commonJS({
  "node_modules/yaml/dist/compose/resolve-block-map.js"(exports2) {
    "use strict";
    var Pair = require_Pair();
    var YAMLMap = require_YAMLMap();
    var resolveProps = require_resolve_props();
    var utilContainsNewline = require_util_contains_newline();
    var utilFlowIndentCheck = require_util_flow_indent_check();
    var utilMapIncludes = require_util_map_includes();
    var startColMsg = "All mapping items must start at the same column";
    function resolveBlockMap({ composeNode, composeEmptyNode }, ctx, bm, onError, tag) {
      const NodeClass = tag?.nodeClass ?? YAMLMap.YAMLMap;
      const map = new NodeClass(ctx.schema);
      if (ctx.atRoot)
        ctx.atRoot = false;
      let offset = bm.offset;
      let commentEnd = null;
      for (const collItem of bm.items) {
        const { start, key, sep, value } = collItem;
        const keyProps = resolveProps.resolveProps(start, {
          indicator: "explicit-key-ind",
          next: key ?? sep?.[0],
          offset,
          onError,
          parentIndent: bm.indent,
          startOnNewline: true
        });
        const implicitKey = !keyProps.found;
        if (implicitKey) {
          if (key) {
            if (key.type === "block-seq")
              onError(offset, "BLOCK_AS_IMPLICIT_KEY", "A block sequence may not be used as an implicit map key");
            else if ("indent" in key && key.indent !== bm.indent)
              onError(offset, "BAD_INDENT", startColMsg);
          }
          if (!keyProps.anchor && !keyProps.tag && !sep) {
            commentEnd = keyProps.end;
            if (keyProps.comment) {
              if (map.comment)
                map.comment += "\n" + keyProps.comment;
              else
                map.comment = keyProps.comment;
            }
            continue;
          }
          if (keyProps.newlineAfterProp || utilContainsNewline.containsNewline(key)) {
            onError(key ?? start[start.length - 1], "MULTILINE_IMPLICIT_KEY", "Implicit keys need to be on a single line");
          }
        } else if (keyProps.found?.indent !== bm.indent) {
          onError(offset, "BAD_INDENT", startColMsg);
        }
        ctx.atKey = true;
        const keyStart = keyProps.end;
        const keyNode = key ? composeNode(ctx, key, keyProps, onError) : composeEmptyNode(ctx, keyStart, start, null, keyProps, onError);
        if (ctx.schema.compat)
          utilFlowIndentCheck.flowIndentCheck(bm.indent, key, onError);
        ctx.atKey = false;
        if (utilMapIncludes.mapIncludes(ctx, map.items, keyNode))
          onError(keyStart, "DUPLICATE_KEY", "Map keys must be unique");
        const valueProps = resolveProps.resolveProps(sep ?? [], {
          indicator: "map-value-ind",
          next: value,
          offset: keyNode.range[2],
          onError,
          parentIndent: bm.indent,
          startOnNewline: !key || key.type === "block-scalar"
        });
        offset = valueProps.end;
        if (valueProps.found) {
          if (implicitKey) {
            if (value?.type === "block-map" && !valueProps.hasNewline)
              onError(offset, "BLOCK_AS_IMPLICIT_KEY", "Nested mappings are not allowed in compact mappings");
            if (ctx.options.strict && keyProps.start < valueProps.found.offset - 1024)
              onError(keyNode.range, "KEY_OVER_1024_CHARS", "The : indicator must be at most 1024 chars after the start of an implicit block mapping key");
          }
          const valueNode = value ? composeNode(ctx, value, valueProps, onError) : composeEmptyNode(ctx, offset, sep, null, valueProps, onError);
          if (ctx.schema.compat)
            utilFlowIndentCheck.flowIndentCheck(bm.indent, value, onError);
          offset = valueNode.range[2];
          const pair = new Pair.Pair(keyNode, valueNode);
          if (ctx.options.keepSourceTokens)
            pair.srcToken = collItem;
          map.items.push(pair);
        } else {
          if (implicitKey)
            onError(keyNode.range, "MISSING_CHAR", "Implicit map keys need to be followed by map values");
          if (valueProps.comment) {
            if (keyNode.comment)
              keyNode.comment += "\n" + valueProps.comment;
            else
              keyNode.comment = valueProps.comment;
          }
          const pair = new Pair.Pair(keyNode);
          if (ctx.options.keepSourceTokens)
            pair.srcToken = collItem;
          map.items.push(pair);
        }
      }
      if (commentEnd && commentEnd < offset)
        onError(commentEnd, "IMPOSSIBLE", "Map comment with trailing content");
      map.range = [bm.offset, offset, commentEnd ?? offset];
      return map;
    }
    exports2.resolveBlockMap = resolveBlockMap;
  }
});

// node_modules/yaml/dist/compose/resolve-block-seq.js
var require_resolve_block_seq = __commonJS({
  "node_modules/yaml/dist/compose/resolve-block-seq.js"(exports2) {
    "use strict";
    var YAMLSeq = require_YAMLSeq();
    var resolveProps = require_resolve_props();
    var utilFlowIndentCheck = require_util_flow_indent_check();
    function resolveBlockSeq({ composeNode, composeEmptyNode }, ctx, bs, onError, tag) {
      const NodeClass = tag?.nodeClass ?? YAMLSeq.YAMLSeq;
      const seq = new NodeClass(ctx.schema);
      if (ctx.atRoot)
        ctx.atRoot = false;
      if (ctx.atKey)
        ctx.atKey = false;
      let offset = bs.offset;
      let commentEnd = null;
      for (const { start, value } of bs.items) {
        const props = resolveProps.resolveProps(start, {
          indicator: "seq-item-ind",
          next: value,
          offset,
          onError,
          parentIndent: bs.indent,
          startOnNewline: true
        });
        if (!props.found) {
          if (props.anchor || props.tag || value) {
            if (value?.type === "block-seq")
              onError(props.end, "BAD_INDENT", "All sequence items must start at the same column");
            else
              onError(offset, "MISSING_CHAR", "Sequence item without - indicator");
          } else {
            commentEnd = props.end;
            if (props.comment)
              seq.comment = props.comment;
            continue;
          }
        }
        const node2 = value ? composeNode(ctx, value, props, onError) : composeEmptyNode(ctx, props.end, start, null, props, onError);
        if (ctx.schema.compat)
          utilFlowIndentCheck.flowIndentCheck(bs.indent, value, onError);
        offset = node2.range[2];
        seq.items.push(node2);
      }
      seq.range = [bs.offset, offset, commentEnd ?? offset];
      return seq;
    }
    exports2.resolveBlockSeq = resolveBlockSeq;
  }
});

// node_modules/yaml/dist/compose/resolve-end.js
var require_resolve_end = __commonJS({
  "node_modules/yaml/dist/compose/resolve-end.js"(exports2) {
    "use strict";
    function resolveEnd(end, offset, reqSpace, onError) {
      let comment = "";
      if (end) {
        let hasSpace = false;
        let sep = "";
        for (const token of end) {
          const { source, type } = token;
          switch (type) {
            case "space":
              hasSpace = true;
              break;
            case "comment": {
              if (reqSpace && !hasSpace)
                onError(token, "MISSING_CHAR", "Comments must be separated from other tokens by white space characters");
              const cb = source.substring(1) || " ";
              if (!comment)
                comment = cb;
              else
                comment += sep + cb;
              sep = "";
              break;
            }
            case "newline":
              if (comment)
                sep += source;
              hasSpace = true;
              break;
            default:
              onError(token, "UNEXPECTED_TOKEN", `Unexpected ${type} at node end`);
          }
          offset += source.length;
        }
      }
      return { comment, offset };
    }
    exports2.resolveEnd = resolveEnd;
  }
});

// node_modules/yaml/dist/compose/resolve-flow-collection.js
var require_resolve_flow_collection = __commonJS({
  "node_modules/yaml/dist/compose/resolve-flow-collection.js"(exports2) {
    "use strict";
    var identity = require_identity();
    var Pair = require_Pair();
    var YAMLMap = require_YAMLMap();
    var YAMLSeq = require_YAMLSeq();
    var resolveEnd = require_resolve_end();
    var resolveProps = require_resolve_props();
    var utilContainsNewline = require_util_contains_newline();
    var utilMapIncludes = require_util_map_includes();
    var blockMsg = "Block collections are not allowed within flow collections";
    var isBlock = (token) => token && (token.type === "block-map" || token.type === "block-seq");
    function resolveFlowCollection({ composeNode, composeEmptyNode }, ctx, fc, onError, tag) {
      const isMap = fc.start.source === "{";
      const fcName = isMap ? "flow map" : "flow sequence";
      const NodeClass = tag?.nodeClass ?? (isMap ? YAMLMap.YAMLMap : YAMLSeq.YAMLSeq);
      const coll = new NodeClass(ctx.schema);
      coll.flow = true;
      const atRoot = ctx.atRoot;
      if (atRoot)
        ctx.atRoot = false;
      if (ctx.atKey)
        ctx.atKey = false;
      let offset = fc.offset + fc.start.source.length;
      for (let i = 0; i < fc.items.length; ++i) {
        const collItem = fc.items[i];
        const { start, key, sep, value } = collItem;
        const props = resolveProps.resolveProps(start, {
          flow: fcName,
          indicator: "explicit-key-ind",
          next: key ?? sep?.[0],
          offset,
          onError,
          parentIndent: fc.indent,
          startOnNewline: false
        });
        if (!props.found) {
          if (!props.anchor && !props.tag && !sep && !value) {
            if (i === 0 && props.comma)
              onError(props.comma, "UNEXPECTED_TOKEN", `Unexpected , in ${fcName}`);
            else if (i < fc.items.length - 1)
              onError(props.start, "UNEXPECTED_TOKEN", `Unexpected empty item in ${fcName}`);
            if (props.comment) {
              if (coll.comment)
                coll.comment += "\n" + props.comment;
              else
                coll.comment = props.comment;
            }
            offset = props.end;
            continue;
          }
          if (!isMap && ctx.options.strict && utilContainsNewline.containsNewline(key))
            onError(
              key,
              // checked by containsNewline()
              "MULTILINE_IMPLICIT_KEY",
              "Implicit keys of flow sequence pairs need to be on a single line"
            );
        }
        if (i === 0) {
          if (props.comma)
            onError(props.comma, "UNEXPECTED_TOKEN", `Unexpected , in ${fcName}`);
        } else {
          if (!props.comma)
            onError(props.start, "MISSING_CHAR", `Missing , between ${fcName} items`);
          if (props.comment) {
            let prevItemComment = "";
            loop: for (const st of start) {
              switch (st.type) {
                case "comma":
                case "space":
                  break;
                case "comment":
                  prevItemComment = st.source.substring(1);
                  break loop;
                default:
                  break loop;
              }
            }
            if (prevItemComment) {
              let prev = coll.items[coll.items.length - 1];
              if (identity.isPair(prev))
                prev = prev.value ?? prev.key;
              if (prev.comment)
                prev.comment += "\n" + prevItemComment;
              else
                prev.comment = prevItemComment;
              props.comment = props.comment.substring(prevItemComment.length + 1);
            }
          }
        }
        if (!isMap && !sep && !props.found) {
          const valueNode = value ? composeNode(ctx, value, props, onError) : composeEmptyNode(ctx, props.end, sep, null, props, onError);
          coll.items.push(valueNode);
          offset = valueNode.range[2];
          if (isBlock(value))
            onError(valueNode.range, "BLOCK_IN_FLOW", blockMsg);
        } else {
          ctx.atKey = true;
          const keyStart = props.end;
          const keyNode = key ? composeNode(ctx, key, props, onError) : composeEmptyNode(ctx, keyStart, start, null, props, onError);
          if (isBlock(key))
            onError(keyNode.range, "BLOCK_IN_FLOW", blockMsg);
          ctx.atKey = false;
          const valueProps = resolveProps.resolveProps(sep ?? [], {
            flow: fcName,
            indicator: "map-value-ind",
            next: value,
            offset: keyNode.range[2],
            onError,
            parentIndent: fc.indent,
            startOnNewline: false
          });
          if (valueProps.found) {
            if (!isMap && !props.found && ctx.options.strict) {
              if (sep)
                for (const st of sep) {
                  if (st === valueProps.found)
                    break;
                  if (st.type === "newline") {
                    onError(st, "MULTILINE_IMPLICIT_KEY", "Implicit keys of flow sequence pairs need to be on a single line");
                    break;
                  }
                }
              if (props.start < valueProps.found.offset - 1024)
                onError(valueProps.found, "KEY_OVER_1024_CHARS", "The : indicator must be at most 1024 chars after the start of an implicit flow sequence key");
            }
          } else if (value) {
            if ("source" in value && value.source?.[0] === ":")
              onError(value, "MISSING_CHAR", `Missing space after : in ${fcName}`);
            else
              onError(valueProps.start, "MISSING_CHAR", `Missing , or : between ${fcName} items`);
          }
          const valueNode = value ? composeNode(ctx, value, valueProps, onError) : valueProps.found ? composeEmptyNode(ctx, valueProps.end, sep, null, valueProps, onError) : null;
          if (valueNode) {
            if (isBlock(value))
              onError(valueNode.range, "BLOCK_IN_FLOW", blockMsg);
          } else if (valueProps.comment) {
            if (keyNode.comment)
              keyNode.comment += "\n" + valueProps.comment;
            else
              keyNode.comment = valueProps.comment;
          }
          const pair = new Pair.Pair(keyNode, valueNode);
          if (ctx.options.keepSourceTokens)
            pair.srcToken = collItem;
          if (isMap) {
            const map = coll;
            if (utilMapIncludes.mapIncludes(ctx, map.items, keyNode))
              onError(keyStart, "DUPLICATE_KEY", "Map keys must be unique");
            map.items.push(pair);
          } else {
            const map = new YAMLMap.YAMLMap(ctx.schema);
            map.flow = true;
            map.items.push(pair);
            const endRange = (valueNode ?? keyNode).range;
            map.range = [keyNode.range[0], endRange[1], endRange[2]];
            coll.items.push(map);
          }
          offset = valueNode ? valueNode.range[2] : valueProps.end;
        }
      }
      const expectedEnd = isMap ? "}" : "]";
      const [ce, ...ee] = fc.end;
      let cePos = offset;
      if (ce?.source === expectedEnd)
        cePos = ce.offset + ce.source.length;
      else {
        const name = fcName[0].toUpperCase() + fcName.substring(1);
        const msg = atRoot ? `${name} must end with a ${expectedEnd}` : `${name} in block collection must be sufficiently indented and end with a ${expectedEnd}`;
        onError(offset, atRoot ? "MISSING_CHAR" : "BAD_INDENT", msg);
        if (ce && ce.source.length !== 1)
          ee.unshift(ce);
      }
      if (ee.length > 0) {
        const end = resolveEnd.resolveEnd(ee, cePos, ctx.options.strict, onError);
        if (end.comment) {
          if (coll.comment)
            coll.comment += "\n" + end.comment;
          else
            coll.comment = end.comment;
        }
        coll.range = [fc.offset, cePos, end.offset];
      } else {
        coll.range = [fc.offset, cePos, cePos];
      }
      return coll;
    }
    exports2.resolveFlowCollection = resolveFlowCollection;
  }
});

// node_modules/yaml/dist/compose/compose-collection.js
var require_compose_collection = __commonJS({
  "node_modules/yaml/dist/compose/compose-collection.js"(exports2) {
    "use strict";
    var identity = require_identity();
    var Scalar = require_Scalar();
    var YAMLMap = require_YAMLMap();
    var YAMLSeq = require_YAMLSeq();
    var resolveBlockMap = require_resolve_block_map();
    var resolveBlockSeq = require_resolve_block_seq();
    var resolveFlowCollection = require_resolve_flow_collection();
    function resolveCollection(CN, ctx, token, onError, tagName, tag) {
      const coll = token.type === "block-map" ? resolveBlockMap.resolveBlockMap(CN, ctx, token, onError, tag) : token.type === "block-seq" ? resolveBlockSeq.resolveBlockSeq(CN, ctx, token, onError, tag) : resolveFlowCollection.resolveFlowCollection(CN, ctx, token, onError, tag);
      const Coll = coll.constructor;
      if (tagName === "!" || tagName === Coll.tagName) {
        coll.tag = Coll.tagName;
        return coll;
      }
      if (tagName)
        coll.tag = tagName;
      return coll;
    }
    function composeCollection(CN, ctx, token, props, onError) {
      const tagToken = props.tag;
      const tagName = !tagToken ? null : ctx.directives.tagName(tagToken.source, (msg) => onError(tagToken, "TAG_RESOLVE_FAILED", msg));
      if (token.type === "block-seq") {
        const { anchor: anchor2, newlineAfterProp: nl } = props;
        const lastProp = anchor2 && tagToken ? anchor2.offset > tagToken.offset ? anchor2 : tagToken : anchor2 ?? tagToken;
        if (lastProp && (!nl || nl.offset < lastProp.offset)) {
          const message2 = "Missing newline after block sequence props";
          onError(lastProp, "MISSING_CHAR", message2);
        }
      }
      const expType = token.type === "block-map" ? "map" : token.type === "block-seq" ? "seq" : token.start.source === "{" ? "map" : "seq";
      if (!tagToken || !tagName || tagName === "!" || tagName === YAMLMap.YAMLMap.tagName && expType === "map" || tagName === YAMLSeq.YAMLSeq.tagName && expType === "seq") {
        return resolveCollection(CN, ctx, token, onError, tagName);
      }
      let tag = ctx.schema.tags.find((t) => t.tag === tagName && t.collection === expType);
      if (!tag) {
        const kt = ctx.schema.knownTags[tagName];
        if (kt?.collection === expType) {
          ctx.schema.tags.push(Object.assign({}, kt, { default: false }));
          tag = kt;
        } else {
          if (kt) {
            onError(tagToken, "BAD_COLLECTION_TYPE", `${kt.tag} used for ${expType} collection, but expects ${kt.collection ?? "scalar"}`, true);
          } else {
            onError(tagToken, "TAG_RESOLVE_FAILED", `Unresolved tag: ${tagName}`, true);
          }
          return resolveCollection(CN, ctx, token, onError, tagName);
        }
      }
      const coll = resolveCollection(CN, ctx, token, onError, tagName, tag);
      const res = tag.resolve?.(coll, (msg) => onError(tagToken, "TAG_RESOLVE_FAILED", msg), ctx.options) ?? coll;
      const node2 = identity.isNode(res) ? res : new Scalar.Scalar(res);
      node2.range = coll.range;
      node2.tag = tagName;
      if (tag?.format)
        node2.format = tag.format;
      return node2;
    }
    exports2.composeCollection = composeCollection;
  }
});

// node_modules/yaml/dist/compose/resolve-block-scalar.js
var require_resolve_block_scalar = __commonJS({
  "node_modules/yaml/dist/compose/resolve-block-scalar.js"(exports2) {
    "use strict";
    var Scalar = require_Scalar();
    function resolveBlockScalar(ctx, scalar, onError) {
      const start = scalar.offset;
      const header = parseBlockScalarHeader(scalar, ctx.options.strict, onError);
      if (!header)
        return { value: "", type: null, comment: "", range: [start, start, start] };
      const type = header.mode === ">" ? Scalar.Scalar.BLOCK_FOLDED : Scalar.Scalar.BLOCK_LITERAL;
      const lines = scalar.source ? splitLines(scalar.source) : [];
      let chompStart = lines.length;
      for (let i = lines.length - 1; i >= 0; --i) {
        const content = lines[i][1];
        if (content === "" || content === "\r")
          chompStart = i;
        else
          break;
      }
      if (chompStart === 0) {
        const value2 = header.chomp === "+" && lines.length > 0 ? "\n".repeat(Math.max(1, lines.length - 1)) : "";
        let end2 = start + header.length;
        if (scalar.source)
          end2 += scalar.source.length;
        return { value: value2, type, comment: header.comment, range: [start, end2, end2] };
      }
      let trimIndent = scalar.indent + header.indent;
      let offset = scalar.offset + header.length;
      let contentStart = 0;
      for (let i = 0; i < chompStart; ++i) {
        const [indent, content] = lines[i];
        if (content === "" || content === "\r") {
          if (header.indent === 0 && indent.length > trimIndent)
            trimIndent = indent.length;
        } else {
          if (indent.length < trimIndent) {
            const message2 = "Block scalars with more-indented leading empty lines must use an explicit indentation indicator";
            onError(offset + indent.length, "MISSING_CHAR", message2);
          }
          if (header.indent === 0)
            trimIndent = indent.length;
          contentStart = i;
          if (trimIndent === 0 && !ctx.atRoot) {
            const message2 = "Block scalar values in collections must be indented";
            onError(offset, "BAD_INDENT", message2);
          }
          break;
        }
        offset += indent.length + content.length + 1;
      }
      for (let i = lines.length - 1; i >= chompStart; --i) {
        if (lines[i][0].length > trimIndent)
          chompStart = i + 1;
      }
      let value = "";
      let sep = "";
      let prevMoreIndented = false;
      for (let i = 0; i < contentStart; ++i)
        value += lines[i][0].slice(trimIndent) + "\n";
      for (let i = contentStart; i < chompStart; ++i) {
        let [indent, content] = lines[i];
        offset += indent.length + content.length + 1;
        const crlf = content[content.length - 1] === "\r";
        if (crlf)
          content = content.slice(0, -1);
        if (content && indent.length < trimIndent) {
          const src = header.indent ? "explicit indentation indicator" : "first line";
          const message2 = `Block scalar lines must not be less indented than their ${src}`;
          onError(offset - content.length - (crlf ? 2 : 1), "BAD_INDENT", message2);
          indent = "";
        }
        if (type === Scalar.Scalar.BLOCK_LITERAL) {
          value += sep + indent.slice(trimIndent) + content;
          sep = "\n";
        } else if (indent.length > trimIndent || content[0] === "	") {
          if (sep === " ")
            sep = "\n";
          else if (!prevMoreIndented && sep === "\n")
            sep = "\n\n";
          value += sep + indent.slice(trimIndent) + content;
          sep = "\n";
          prevMoreIndented = true;
        } else if (content === "") {
          if (sep === "\n")
            value += "\n";
          else
            sep = "\n";
        } else {
          value += sep + content;
          sep = " ";
          prevMoreIndented = false;
        }
      }
      switch (header.chomp) {
        case "-":
          break;
        case "+":
          for (let i = chompStart; i < lines.length; ++i)
            value += "\n" + lines[i][0].slice(trimIndent);
          if (value[value.length - 1] !== "\n")
            value += "\n";
          break;
        default:
          value += "\n";
      }
      const end = start + header.length + scalar.source.length;
      return { value, type, comment: header.comment, range: [start, end, end] };
    }
    function parseBlockScalarHeader({ offset, props }, strict, onError) {
      if (props[0].type !== "block-scalar-header") {
        onError(props[0], "IMPOSSIBLE", "Block scalar header not found");
        return null;
      }
      const { source } = props[0];
      const mode = source[0];
      let indent = 0;
      let chomp = "";
      let error2 = -1;
      for (let i = 1; i < source.length; ++i) {
        const ch = source[i];
        if (!chomp && (ch === "-" || ch === "+"))
          chomp = ch;
        else {
          const n = Number(ch);
          if (!indent && n)
            indent = n;
          else if (error2 === -1)
            error2 = offset + i;
        }
      }
      if (error2 !== -1)
        onError(error2, "UNEXPECTED_TOKEN", `Block scalar header includes extra characters: ${source}`);
      let hasSpace = false;
      let comment = "";
      let length = source.length;
      for (let i = 1; i < props.length; ++i) {
        const token = props[i];
        switch (token.type) {
          case "space":
            hasSpace = true;
          // fallthrough
          case "newline":
            length += token.source.length;
            break;
          case "comment":
            if (strict && !hasSpace) {
              const message2 = "Comments must be separated from other tokens by white space characters";
              onError(token, "MISSING_CHAR", message2);
            }
            length += token.source.length;
            comment = token.source.substring(1);
            break;
          case "error":
            onError(token, "UNEXPECTED_TOKEN", token.message);
            length += token.source.length;
            break;
          /* istanbul ignore next should not happen */
          default: {
            const message2 = `Unexpected token in block scalar header: ${token.type}`;
            onError(token, "UNEXPECTED_TOKEN", message2);
            const ts = token.source;
            if (ts && typeof ts === "string")
              length += ts.length;
          }
        }
      }
      return { mode, indent, chomp, comment, length };
    }
    function splitLines(source) {
      const split = source.split(/\n( *)/);
      const first = split[0];
      const m = first.match(/^( *)/);
      const line0 = m?.[1] ? [m[1], first.slice(m[1].length)] : ["", first];
      const lines = [line0];
      for (let i = 1; i < split.length; i += 2)
        lines.push([split[i], split[i + 1]]);
      return lines;
    }
    exports2.resolveBlockScalar = resolveBlockScalar;
  }
});

// node_modules/yaml/dist/compose/resolve-flow-scalar.js
var require_resolve_flow_scalar = __commonJS({
  "node_modules/yaml/dist/compose/resolve-flow-scalar.js"(exports2) {
    "use strict";
    var Scalar = require_Scalar();
    var resolveEnd = require_resolve_end();
    function resolveFlowScalar(scalar, strict, onError) {
      const { offset, type, source, end } = scalar;
      let _type;
      let value;
      const _onError = (rel, code, msg) => onError(offset + rel, code, msg);
      switch (type) {
        case "scalar":
          _type = Scalar.Scalar.PLAIN;
          value = plainValue(source, _onError);
          break;
        case "single-quoted-scalar":
          _type = Scalar.Scalar.QUOTE_SINGLE;
          value = singleQuotedValue(source, _onError);
          break;
        case "double-quoted-scalar":
          _type = Scalar.Scalar.QUOTE_DOUBLE;
          value = doubleQuotedValue(source, _onError);
          break;
        /* istanbul ignore next should not happen */
        default:
          onError(scalar, "UNEXPECTED_TOKEN", `Expected a flow scalar value, but found: ${type}`);
          return {
            value: "",
            type: null,
            comment: "",
            range: [offset, offset + source.length, offset + source.length]
          };
      }
      const valueEnd = offset + source.length;
      const re = resolveEnd.resolveEnd(end, valueEnd, strict, onError);
      return {
        value,
        type: _type,
        comment: re.comment,
        range: [offset, valueEnd, re.offset]
      };
    }
    function plainValue(source, onError) {
      let badChar = "";
      switch (source[0]) {
        /* istanbul ignore next should not happen */
        case "	":
          badChar = "a tab character";
          break;
        case ",":
          badChar = "flow indicator character ,";
          break;
        case "%":
          badChar = "directive indicator character %";
          break;
        case "|":
        case ">": {
          badChar = `block scalar indicator ${source[0]}`;
          break;
        }
        case "@":
        case "`": {
          badChar = `reserved character ${source[0]}`;
          break;
        }
      }
      if (badChar)
        onError(0, "BAD_SCALAR_START", `Plain value cannot start with ${badChar}`);
      return unfoldLines(source);
    }
    function singleQuotedValue(source, onError) {
      if (source[source.length - 1] !== "'" || source.length === 1)
        onError(source.length, "MISSING_CHAR", "Missing closing 'quote");
      return unfoldLines(source.slice(1, -1)).replace(/''/g, "'");
    }
    function unfoldLines(source) {
      const line = /(.*?)\r?\n/sy;
      let match = line.exec(source);
      if (!match)
        return source;
      let trimEnd, trimBoth;
      try {
        trimEnd = new RegExp("(?<![ 	])[ 	]+$");
        trimBoth = new RegExp("^[ 	]+|(?<![ 	])[ 	]+$", "g");
      } catch {
        trimEnd = /[ \t]+$/;
        trimBoth = /^[ \t]+|[ \t]+$/g;
      }
      let res = match[1].replace(trimEnd, "");
      let sep = " ";
      let pos = line.lastIndex;
      while (match = line.exec(source)) {
        const lm = match[1].replace(trimBoth, "");
        if (lm === "") {
          if (sep === "\n")
            res += sep;
          else
            sep = "\n";
        } else {
          res += sep + lm;
          sep = " ";
        }
        pos = line.lastIndex;
      }
      const last = /[ \t]*(.*)/sy;
      last.lastIndex = pos;
      match = last.exec(source);
      return res + sep + (match?.[1] ?? "");
    }
    function doubleQuotedValue(source, onError) {
      let res = "";
      for (let i = 1; i < source.length - 1; ++i) {
        const ch = source[i];
        if (ch === "\r" && source[i + 1] === "\n")
          continue;
        if (ch === "\n") {
          const { fold, offset } = foldNewline(source, i);
          res += fold;
          i = offset;
        } else if (ch === "\\") {
          let next = source[++i];
          const cc = escapeCodes[next];
          if (cc)
            res += cc;
          else if (next === "\n") {
            next = source[i + 1];
            while (next === " " || next === "	")
              next = source[++i + 1];
          } else if (next === "\r" && source[i + 1] === "\n") {
            next = source[++i + 1];
            while (next === " " || next === "	")
              next = source[++i + 1];
          } else if (next === "x" || next === "u" || next === "U") {
            const length = next === "x" ? 2 : next === "u" ? 4 : 8;
            res += parseCharCode(source, i + 1, length, onError);
            i += length;
          } else {
            const raw = source.substr(i - 1, 2);
            onError(i - 1, "BAD_DQ_ESCAPE", `Invalid escape sequence ${raw}`);
            res += raw;
          }
        } else if (ch === " " || ch === "	") {
          const wsStart = i;
          let next = source[i + 1];
          while (next === " " || next === "	")
            next = source[++i + 1];
          if (next !== "\n" && !(next === "\r" && source[i + 2] === "\n"))
            res += i > wsStart ? source.slice(wsStart, i + 1) : ch;
        } else {
          res += ch;
        }
      }
      if (source[source.length - 1] !== '"' || source.length === 1)
        onError(source.length, "MISSING_CHAR", 'Missing closing "quote');
      return res;
    }
    function foldNewline(source, offset) {
      let fold = "";
      let ch = source[offset + 1];
      while (ch === " " || ch === "	" || ch === "\n" || ch === "\r") {
        if (ch === "\r" && source[offset + 2] !== "\n")
          break;
        if (ch === "\n")
          fold += "\n";
        offset += 1;
        ch = source[offset + 1];
      }
      if (!fold)
        fold = " ";
      return { fold, offset };
    }
    var escapeCodes = {
      "0": "\0",
      // null character
      a: "\x07",
      // bell character
      b: "\b",
      // backspace
      e: "\x1B",
      // escape character
      f: "\f",
      // form feed
      n: "\n",
      // line feed
      r: "\r",
      // carriage return
      t: "	",
      // horizontal tab
      v: "\v",
      // vertical tab
      N: "\x85",
      // Unicode next line
      _: "\xA0",
      // Unicode non-breaking space
      L: "\u2028",
      // Unicode line separator
      P: "\u2029",
      // Unicode paragraph separator
      " ": " ",
      '"': '"',
      "/": "/",
      "\\": "\\",
      "	": "	"
    };
    function parseCharCode(source, offset, length, onError) {
      const cc = source.substr(offset, length);
      const ok = cc.length === length && /^[0-9a-fA-F]+$/.test(cc);
      const code = ok ? parseInt(cc, 16) : NaN;
      try {
        return String.fromCodePoint(code);
      } catch {
        const raw = source.substr(offset - 2, length + 2);
        onError(offset - 2, "BAD_DQ_ESCAPE", `Invalid escape sequence ${raw}`);
        return raw;
      }
    }
    exports2.resolveFlowScalar = resolveFlowScalar;
  }
});

// node_modules/yaml/dist/compose/compose-scalar.js
var require_compose_scalar = __commonJS({
  "node_modules/yaml/dist/compose/compose-scalar.js"(exports2) {
    "use strict";
    var identity = require_identity();
    var Scalar = require_Scalar();
    var resolveBlockScalar = require_resolve_block_scalar();
    var resolveFlowScalar = require_resolve_flow_scalar();
    function composeScalar(ctx, token, tagToken, onError) {
      const { value, type, comment, range: range2 } = token.type === "block-scalar" ? resolveBlockScalar.resolveBlockScalar(ctx, token, onError) : resolveFlowScalar.resolveFlowScalar(token, ctx.options.strict, onError);
      const tagName = tagToken ? ctx.directives.tagName(tagToken.source, (msg) => onError(tagToken, "TAG_RESOLVE_FAILED", msg)) : null;
      let tag;
      if (ctx.options.stringKeys && ctx.atKey) {
        tag = ctx.schema[identity.SCALAR];
      } else if (tagName)
        tag = findScalarTagByName(ctx.schema, value, tagName, tagToken, onError);
      else if (token.type === "scalar")
        tag = findScalarTagByTest(ctx, value, token, onError);
      else
        tag = ctx.schema[identity.SCALAR];
      let scalar;
      try {
        const res = tag.resolve(value, (msg) => onError(tagToken ?? token, "TAG_RESOLVE_FAILED", msg), ctx.options);
        scalar = identity.isScalar(res) ? res : new Scalar.Scalar(res);
      } catch (error2) {
        const msg = error2 instanceof Error ? error2.message : String(error2);
        onError(tagToken ?? token, "TAG_RESOLVE_FAILED", msg);
        scalar = new Scalar.Scalar(value);
      }
      scalar.range = range2;
      scalar.source = value;
      if (type)
        scalar.type = type;
      if (tagName)
        scalar.tag = tagName;
      if (tag.format)
        scalar.format = tag.format;
      if (comment)
        scalar.comment = comment;
      return scalar;
    }
    function findScalarTagByName(schema, value, tagName, tagToken, onError) {
      if (tagName === "!")
        return schema[identity.SCALAR];
      const matchWithTest = [];
      for (const tag of schema.tags) {
        if (!tag.collection && tag.tag === tagName) {
          if (tag.default && tag.test)
            matchWithTest.push(tag);
          else
            return tag;
        }
      }
      for (const tag of matchWithTest)
        if (tag.test?.test(value))
          return tag;
      const kt = schema.knownTags[tagName];
      if (kt && !kt.collection) {
        schema.tags.push(Object.assign({}, kt, { default: false, test: void 0 }));
        return kt;
      }
      onError(tagToken, "TAG_RESOLVE_FAILED", `Unresolved tag: ${tagName}`, tagName !== "tag:yaml.org,2002:str");
      return schema[identity.SCALAR];
    }
    function findScalarTagByTest({ atKey, directives, schema }, value, token, onError) {
      const tag = schema.tags.find((tag2) => (tag2.default === true || atKey && tag2.default === "key") && tag2.test?.test(value)) || schema[identity.SCALAR];
      if (schema.compat) {
        const compat = schema.compat.find((tag2) => tag2.default && tag2.test?.test(value)) ?? schema[identity.SCALAR];
        if (tag.tag !== compat.tag) {
          const ts = directives.tagString(tag.tag);
          const cs = directives.tagString(compat.tag);
          const msg = `Value may be parsed as either ${ts} or ${cs}`;
          onError(token, "TAG_RESOLVE_FAILED", msg, true);
        }
      }
      return tag;
    }
    exports2.composeScalar = composeScalar;
  }
});

// node_modules/yaml/dist/compose/util-empty-scalar-position.js
var require_util_empty_scalar_position = __commonJS({
  "node_modules/yaml/dist/compose/util-empty-scalar-position.js"(exports2) {
    "use strict";
    function emptyScalarPosition(offset, before, pos) {
      if (before) {
        pos ?? (pos = before.length);
        for (let i = pos - 1; i >= 0; --i) {
          let st = before[i];
          switch (st.type) {
            case "space":
            case "comment":
            case "newline":
              offset -= st.source.length;
              continue;
          }
          st = before[++i];
          while (st?.type === "space") {
            offset += st.source.length;
            st = before[++i];
          }
          break;
        }
      }
      return offset;
    }
    exports2.emptyScalarPosition = emptyScalarPosition;
  }
});

// node_modules/yaml/dist/compose/compose-node.js
var require_compose_node = __commonJS({
  "node_modules/yaml/dist/compose/compose-node.js"(exports2) {
    "use strict";
    var Alias = require_Alias();
    var identity = require_identity();
    var composeCollection = require_compose_collection();
    var composeScalar = require_compose_scalar();
    var resolveEnd = require_resolve_end();
    var utilEmptyScalarPosition = require_util_empty_scalar_position();
    var CN = { composeNode, composeEmptyNode };
    function composeNode(ctx, token, props, onError) {
      const atKey = ctx.atKey;
      const { spaceBefore, comment, anchor: anchor2, tag } = props;
      let node2;
      let isSrcToken = true;
      switch (token.type) {
        case "alias":
          node2 = composeAlias(ctx, token, onError);
          if (anchor2 || tag)
            onError(token, "ALIAS_PROPS", "An alias node must not specify any properties");
          break;
        case "scalar":
        case "single-quoted-scalar":
        case "double-quoted-scalar":
        case "block-scalar":
          node2 = composeScalar.composeScalar(ctx, token, tag, onError);
          if (anchor2)
            node2.anchor = anchor2.source.substring(1);
          break;
        case "block-map":
        case "block-seq":
        case "flow-collection":
          try {
            node2 = composeCollection.composeCollection(CN, ctx, token, props, onError);
            if (anchor2)
              node2.anchor = anchor2.source.substring(1);
          } catch (error2) {
            const message2 = error2 instanceof Error ? error2.message : String(error2);
            onError(token, "RESOURCE_EXHAUSTION", message2);
          }
          break;
        default: {
          const message2 = token.type === "error" ? token.message : `Unsupported token (type: ${token.type})`;
          onError(token, "UNEXPECTED_TOKEN", message2);
          isSrcToken = false;
        }
      }
      node2 ?? (node2 = composeEmptyNode(ctx, token.offset, void 0, null, props, onError));
      if (anchor2 && node2.anchor === "")
        onError(anchor2, "BAD_ALIAS", "Anchor cannot be an empty string");
      if (atKey && ctx.options.stringKeys && (!identity.isScalar(node2) || typeof node2.value !== "string" || node2.tag && node2.tag !== "tag:yaml.org,2002:str")) {
        const msg = "With stringKeys, all keys must be strings";
        onError(tag ?? token, "NON_STRING_KEY", msg);
      }
      if (spaceBefore)
        node2.spaceBefore = true;
      if (comment) {
        if (token.type === "scalar" && token.source === "")
          node2.comment = comment;
        else
          node2.commentBefore = comment;
      }
      if (ctx.options.keepSourceTokens && isSrcToken)
        node2.srcToken = token;
      return node2;
    }
    function composeEmptyNode(ctx, offset, before, pos, { spaceBefore, comment, anchor: anchor2, tag, end }, onError) {
      const token = {
        type: "scalar",
        offset: utilEmptyScalarPosition.emptyScalarPosition(offset, before, pos),
        indent: -1,
        source: ""
      };
      const node2 = composeScalar.composeScalar(ctx, token, tag, onError);
      if (anchor2) {
        node2.anchor = anchor2.source.substring(1);
        if (node2.anchor === "")
          onError(anchor2, "BAD_ALIAS", "Anchor cannot be an empty string");
      }
      if (spaceBefore)
        node2.spaceBefore = true;
      if (comment) {
        node2.comment = comment;
        node2.range[2] = end;
      }
      return node2;
    }
    function composeAlias({ options }, { offset, source, end }, onError) {
      const alias = new Alias.Alias(source.substring(1));
      if (alias.source === "")
        onError(offset, "BAD_ALIAS", "Alias cannot be an empty string");
      if (alias.source.endsWith(":"))
        onError(offset + source.length - 1, "BAD_ALIAS", "Alias ending in : is ambiguous", true);
      const valueEnd = offset + source.length;
      const re = resolveEnd.resolveEnd(end, valueEnd, options.strict, onError);
      alias.range = [offset, valueEnd, re.offset];
      if (re.comment)
        alias.comment = re.comment;
      return alias;
    }
    exports2.composeEmptyNode = composeEmptyNode;
    exports2.composeNode = composeNode;
  }
});

// node_modules/yaml/dist/compose/compose-doc.js
var require_compose_doc = __commonJS({
  "node_modules/yaml/dist/compose/compose-doc.js"(exports2) {
    "use strict";
    var Document = require_Document();
    var composeNode = require_compose_node();
    var resolveEnd = require_resolve_end();
    var resolveProps = require_resolve_props();
    function composeDoc(options, directives, { offset, start, value, end }, onError) {
      const opts = Object.assign({ _directives: directives }, options);
      const doc = new Document.Document(void 0, opts);
      const ctx = {
        atKey: false,
        atRoot: true,
        directives: doc.directives,
        options: doc.options,
        schema: doc.schema
      };
      const props = resolveProps.resolveProps(start, {
        indicator: "doc-start",
        next: value ?? end?.[0],
        offset,
        onError,
        parentIndent: 0,
        startOnNewline: true
      });
      if (props.found) {
        doc.directives.docStart = true;
        if (value && (value.type === "block-map" || value.type === "block-seq") && !props.hasNewline)
          onError(props.end, "MISSING_CHAR", "Block collection cannot start on same line with directives-end marker");
      }
      doc.contents = value ? composeNode.composeNode(ctx, value, props, onError) : composeNode.composeEmptyNode(ctx, props.end, start, null, props, onError);
      const contentEnd = doc.contents.range[2];
      const re = resolveEnd.resolveEnd(end, contentEnd, false, onError);
      if (re.comment)
        doc.comment = re.comment;
      doc.range = [offset, contentEnd, re.offset];
      return doc;
    }
    exports2.composeDoc = composeDoc;
  }
});

// node_modules/yaml/dist/compose/composer.js
var require_composer = __commonJS({
  "node_modules/yaml/dist/compose/composer.js"(exports2) {
    "use strict";
    var node_process = require("process");
    var directives = require_directives();
    var Document = require_Document();
    var errors = require_errors();
    var identity = require_identity();
    var composeDoc = require_compose_doc();
    var resolveEnd = require_resolve_end();
    function getErrorPos(src) {
      if (typeof src === "number")
        return [src, src + 1];
      if (Array.isArray(src))
        return src.length === 2 ? src : [src[0], src[1]];
      const { offset, source } = src;
      return [offset, offset + (typeof source === "string" ? source.length : 1)];
    }
    function parsePrelude(prelude) {
      let comment = "";
      let atComment = false;
      let afterEmptyLine = false;
      for (let i = 0; i < prelude.length; ++i) {
        const source = prelude[i];
        switch (source[0]) {
          case "#":
            comment += (comment === "" ? "" : afterEmptyLine ? "\n\n" : "\n") + (source.substring(1) || " ");
            atComment = true;
            afterEmptyLine = false;
            break;
          case "%":
            if (prelude[i + 1]?.[0] !== "#")
              i += 1;
            atComment = false;
            break;
          default:
            if (!atComment)
              afterEmptyLine = true;
            atComment = false;
        }
      }
      return { comment, afterEmptyLine };
    }
    var Composer = class {
      constructor(options = {}) {
        this.doc = null;
        this.atDirectives = false;
        this.prelude = [];
        this.errors = [];
        this.warnings = [];
        this.onError = (source, code, message2, warning) => {
          const pos = getErrorPos(source);
          if (warning)
            this.warnings.push(new errors.YAMLWarning(pos, code, message2));
          else
            this.errors.push(new errors.YAMLParseError(pos, code, message2));
        };
        this.directives = new directives.Directives({ version: options.version || "1.2" });
        this.options = options;
      }
      decorate(doc, afterDoc) {
        const { comment, afterEmptyLine } = parsePrelude(this.prelude);
        if (comment) {
          const dc = doc.contents;
          if (afterDoc) {
            doc.comment = doc.comment ? `${doc.comment}
${comment}` : comment;
          } else if (afterEmptyLine || doc.directives.docStart || !dc) {
            doc.commentBefore = comment;
          } else if (identity.isCollection(dc) && !dc.flow && dc.items.length > 0) {
            let it = dc.items[0];
            if (identity.isPair(it))
              it = it.key;
            const cb = it.commentBefore;
            it.commentBefore = cb ? `${comment}
${cb}` : comment;
          } else {
            const cb = dc.commentBefore;
            dc.commentBefore = cb ? `${comment}
${cb}` : comment;
          }
        }
        if (afterDoc) {
          for (let i = 0; i < this.errors.length; ++i)
            doc.errors.push(this.errors[i]);
          for (let i = 0; i < this.warnings.length; ++i)
            doc.warnings.push(this.warnings[i]);
        } else {
          doc.errors = this.errors;
          doc.warnings = this.warnings;
        }
        this.prelude = [];
        this.errors = [];
        this.warnings = [];
      }
      /**
       * Current stream status information.
       *
       * Mostly useful at the end of input for an empty stream.
       */
      streamInfo() {
        return {
          comment: parsePrelude(this.prelude).comment,
          directives: this.directives,
          errors: this.errors,
          warnings: this.warnings
        };
      }
      /**
       * Compose tokens into documents.
       *
       * @param forceDoc - If the stream contains no document, still emit a final document including any comments and directives that would be applied to a subsequent document.
       * @param endOffset - Should be set if `forceDoc` is also set, to set the document range end and to indicate errors correctly.
       */
      *compose(tokens, forceDoc = false, endOffset = -1) {
        for (const token of tokens)
          yield* this.next(token);
        yield* this.end(forceDoc, endOffset);
      }
      /** Advance the composer by one CST token. */
      *next(token) {
        if (node_process.env.LOG_STREAM)
          console.dir(token, { depth: null });
        switch (token.type) {
          case "directive":
            this.directives.add(token.source, (offset, message2, warning) => {
              const pos = getErrorPos(token);
              pos[0] += offset;
              this.onError(pos, "BAD_DIRECTIVE", message2, warning);
            });
            this.prelude.push(token.source);
            this.atDirectives = true;
            break;
          case "document": {
            const doc = composeDoc.composeDoc(this.options, this.directives, token, this.onError);
            if (this.atDirectives && !doc.directives.docStart)
              this.onError(token, "MISSING_CHAR", "Missing directives-end/doc-start indicator line");
            this.decorate(doc, false);
            if (this.doc)
              yield this.doc;
            this.doc = doc;
            this.atDirectives = false;
            break;
          }
          case "byte-order-mark":
          case "space":
            break;
          case "comment":
          case "newline":
            this.prelude.push(token.source);
            break;
          case "error": {
            const msg = token.source ? `${token.message}: ${JSON.stringify(token.source)}` : token.message;
            const error2 = new errors.YAMLParseError(getErrorPos(token), "UNEXPECTED_TOKEN", msg);
            if (this.atDirectives || !this.doc)
              this.errors.push(error2);
            else
              this.doc.errors.push(error2);
            break;
          }
          case "doc-end": {
            if (!this.doc) {
              const msg = "Unexpected doc-end without preceding document";
              this.errors.push(new errors.YAMLParseError(getErrorPos(token), "UNEXPECTED_TOKEN", msg));
              break;
            }
            this.doc.directives.docEnd = true;
            const end = resolveEnd.resolveEnd(token.end, token.offset + token.source.length, this.doc.options.strict, this.onError);
            this.decorate(this.doc, true);
            if (end.comment) {
              const dc = this.doc.comment;
              this.doc.comment = dc ? `${dc}
${end.comment}` : end.comment;
            }
            this.doc.range[2] = end.offset;
            break;
          }
          default:
            this.errors.push(new errors.YAMLParseError(getErrorPos(token), "UNEXPECTED_TOKEN", `Unsupported token ${token.type}`));
        }
      }
      /**
       * Call at end of input to yield any remaining document.
       *
       * @param forceDoc - If the stream contains no document, still emit a final document including any comments and directives that would be applied to a subsequent document.
       * @param endOffset - Should be set if `forceDoc` is also set, to set the document range end and to indicate errors correctly.
       */
      *end(forceDoc = false, endOffset = -1) {
        if (this.doc) {
          this.decorate(this.doc, true);
          yield this.doc;
          this.doc = null;
        } else if (forceDoc) {
          const opts = Object.assign({ _directives: this.directives }, this.options);
          const doc = new Document.Document(void 0, opts);
          if (this.atDirectives)
            this.onError(endOffset, "MISSING_CHAR", "Missing directives-end indicator line");
          doc.range = [0, endOffset, endOffset];
          this.decorate(doc, false);
          yield doc;
        }
      }
    };
    exports2.Composer = Composer;
  }
});

// node_modules/yaml/dist/parse/cst-scalar.js
var require_cst_scalar = __commonJS({
  "node_modules/yaml/dist/parse/cst-scalar.js"(exports2) {
    "use strict";
    var resolveBlockScalar = require_resolve_block_scalar();
    var resolveFlowScalar = require_resolve_flow_scalar();
    var errors = require_errors();
    var stringifyString = require_stringifyString();
    function resolveAsScalar(token, strict = true, onError) {
      if (token) {
        const _onError = (pos, code, message2) => {
          const offset = typeof pos === "number" ? pos : Array.isArray(pos) ? pos[0] : pos.offset;
          if (onError)
            onError(offset, code, message2);
          else
            throw new errors.YAMLParseError([offset, offset + 1], code, message2);
        };
        switch (token.type) {
          case "scalar":
          case "single-quoted-scalar":
          case "double-quoted-scalar":
            return resolveFlowScalar.resolveFlowScalar(token, strict, _onError);
          case "block-scalar":
            return resolveBlockScalar.resolveBlockScalar({ options: { strict } }, token, _onError);
        }
      }
      return null;
    }
    function createScalarToken(value, context) {
      const { implicitKey = false, indent, inFlow = false, offset = -1, type = "PLAIN" } = context;
      const source = stringifyString.stringifyString({ type, value }, {
        implicitKey,
        indent: indent > 0 ? " ".repeat(indent) : "",
        inFlow,
        options: { blockQuote: true, lineWidth: -1 }
      });
      const end = context.end ?? [
        { type: "newline", offset: -1, indent, source: "\n" }
      ];
      switch (source[0]) {
        case "|":
        case ">": {
          const he = source.indexOf("\n");
          const head = source.substring(0, he);
          const body = source.substring(he + 1) + "\n";
          const props = [
            { type: "block-scalar-header", offset, indent, source: head }
          ];
          if (!addEndtoBlockProps(props, end))
            props.push({ type: "newline", offset: -1, indent, source: "\n" });
          return { type: "block-scalar", offset, indent, props, source: body };
        }
        case '"':
          return { type: "double-quoted-scalar", offset, indent, source, end };
        case "'":
          return { type: "single-quoted-scalar", offset, indent, source, end };
        default:
          return { type: "scalar", offset, indent, source, end };
      }
    }
    function setScalarValue(token, value, context = {}) {
      let { afterKey = false, implicitKey = false, inFlow = false, type } = context;
      let indent = "indent" in token ? token.indent : null;
      if (afterKey && typeof indent === "number")
        indent += 2;
      if (!type)
        switch (token.type) {
          case "single-quoted-scalar":
            type = "QUOTE_SINGLE";
            break;
          case "double-quoted-scalar":
            type = "QUOTE_DOUBLE";
            break;
          case "block-scalar": {
            const header = token.props[0];
            if (header.type !== "block-scalar-header")
              throw new Error("Invalid block scalar header");
            type = header.source[0] === ">" ? "BLOCK_FOLDED" : "BLOCK_LITERAL";
            break;
          }
          default:
            type = "PLAIN";
        }
      const source = stringifyString.stringifyString({ type, value }, {
        implicitKey: implicitKey || indent === null,
        indent: indent !== null && indent > 0 ? " ".repeat(indent) : "",
        inFlow,
        options: { blockQuote: true, lineWidth: -1 }
      });
      switch (source[0]) {
        case "|":
        case ">":
          setBlockScalarValue(token, source);
          break;
        case '"':
          setFlowScalarValue(token, source, "double-quoted-scalar");
          break;
        case "'":
          setFlowScalarValue(token, source, "single-quoted-scalar");
          break;
        default:
          setFlowScalarValue(token, source, "scalar");
      }
    }
    function setBlockScalarValue(token, source) {
      const he = source.indexOf("\n");
      const head = source.substring(0, he);
      const body = source.substring(he + 1) + "\n";
      if (token.type === "block-scalar") {
        const header = token.props[0];
        if (header.type !== "block-scalar-header")
          throw new Error("Invalid block scalar header");
        header.source = head;
        token.source = body;
      } else {
        const { offset } = token;
        const indent = "indent" in token ? token.indent : -1;
        const props = [
          { type: "block-scalar-header", offset, indent, source: head }
        ];
        if (!addEndtoBlockProps(props, "end" in token ? token.end : void 0))
          props.push({ type: "newline", offset: -1, indent, source: "\n" });
        for (const key of Object.keys(token))
          if (key !== "type" && key !== "offset")
            delete token[key];
        Object.assign(token, { type: "block-scalar", indent, props, source: body });
      }
    }
    function addEndtoBlockProps(props, end) {
      if (end)
        for (const st of end)
          switch (st.type) {
            case "space":
            case "comment":
              props.push(st);
              break;
            case "newline":
              props.push(st);
              return true;
          }
      return false;
    }
    function setFlowScalarValue(token, source, type) {
      switch (token.type) {
        case "scalar":
        case "double-quoted-scalar":
        case "single-quoted-scalar":
          token.type = type;
          token.source = source;
          break;
        case "block-scalar": {
          const end = token.props.slice(1);
          let oa = source.length;
          if (token.props[0].type === "block-scalar-header")
            oa -= token.props[0].source.length;
          for (const tok of end)
            tok.offset += oa;
          delete token.props;
          Object.assign(token, { type, source, end });
          break;
        }
        case "block-map":
        case "block-seq": {
          const offset = token.offset + source.length;
          const nl = { type: "newline", offset, indent: token.indent, source: "\n" };
          delete token.items;
          Object.assign(token, { type, source, end: [nl] });
          break;
        }
        default: {
          const indent = "indent" in token ? token.indent : -1;
          const end = "end" in token && Array.isArray(token.end) ? token.end.filter((st) => st.type === "space" || st.type === "comment" || st.type === "newline") : [];
          for (const key of Object.keys(token))
            if (key !== "type" && key !== "offset")
              delete token[key];
          Object.assign(token, { type, indent, source, end });
        }
      }
    }
    exports2.createScalarToken = createScalarToken;
    exports2.resolveAsScalar = resolveAsScalar;
    exports2.setScalarValue = setScalarValue;
  }
});

// node_modules/yaml/dist/parse/cst-stringify.js
var require_cst_stringify = __commonJS({
  "node_modules/yaml/dist/parse/cst-stringify.js"(exports2) {
    "use strict";
    var stringify2 = (cst) => "type" in cst ? stringifyToken(cst) : stringifyItem(cst);
    function stringifyToken(token) {
      switch (token.type) {
        case "block-scalar": {
          let res = "";
          for (const tok of token.props)
            res += stringifyToken(tok);
          return res + token.source;
        }
        case "block-map":
        case "block-seq": {
          let res = "";
          for (const item of token.items)
            res += stringifyItem(item);
          return res;
        }
        case "flow-collection": {
          let res = token.start.source;
          for (const item of token.items)
            res += stringifyItem(item);
          for (const st of token.end)
            res += st.source;
          return res;
        }
        case "document": {
          let res = stringifyItem(token);
          if (token.end)
            for (const st of token.end)
              res += st.source;
          return res;
        }
        default: {
          let res = token.source;
          if ("end" in token && token.end)
            for (const st of token.end)
              res += st.source;
          return res;
        }
      }
    }
    function stringifyItem({ start, key, sep, value }) {
      let res = "";
      for (const st of start)
        res += st.source;
      if (key)
        res += stringifyToken(key);
      if (sep)
        for (const st of sep)
          res += st.source;
      if (value)
        res += stringifyToken(value);
      return res;
    }
    exports2.stringify = stringify2;
  }
});

// node_modules/yaml/dist/parse/cst-visit.js
var require_cst_visit = __commonJS({
  "node_modules/yaml/dist/parse/cst-visit.js"(exports2) {
    "use strict";
    var BREAK = /* @__PURE__ */ Symbol("break visit");
    var SKIP = /* @__PURE__ */ Symbol("skip children");
    var REMOVE = /* @__PURE__ */ Symbol("remove item");
    function visit(cst, visitor) {
      if ("type" in cst && cst.type === "document")
        cst = { start: cst.start, value: cst.value };
      _visit(Object.freeze([]), cst, visitor);
    }
    visit.BREAK = BREAK;
    visit.SKIP = SKIP;
    visit.REMOVE = REMOVE;
    visit.itemAtPath = (cst, path) => {
      let item = cst;
      for (const [field2, index] of path) {
        const tok = item?.[field2];
        if (tok && "items" in tok) {
          item = tok.items[index];
        } else
          return void 0;
      }
      return item;
    };
    visit.parentCollection = (cst, path) => {
      const parent = visit.itemAtPath(cst, path.slice(0, -1));
      const field2 = path[path.length - 1][0];
      const coll = parent?.[field2];
      if (coll && "items" in coll)
        return coll;
      throw new Error("Parent collection not found");
    };
    function _visit(path, item, visitor) {
      let ctrl = visitor(item, path);
      if (typeof ctrl === "symbol")
        return ctrl;
      for (const field2 of ["key", "value"]) {
        const token = item[field2];
        if (token && "items" in token) {
          for (let i = 0; i < token.items.length; ++i) {
            const ci = _visit(Object.freeze(path.concat([[field2, i]])), token.items[i], visitor);
            if (typeof ci === "number")
              i = ci - 1;
            else if (ci === BREAK)
              return BREAK;
            else if (ci === REMOVE) {
              token.items.splice(i, 1);
              i -= 1;
            }
          }
          if (typeof ctrl === "function" && field2 === "key")
            ctrl = ctrl(item, path);
        }
      }
      return typeof ctrl === "function" ? ctrl(item, path) : ctrl;
    }
    exports2.visit = visit;
  }
});

// node_modules/yaml/dist/parse/cst.js
var require_cst = __commonJS({
  "node_modules/yaml/dist/parse/cst.js"(exports2) {
    "use strict";
    var cstScalar = require_cst_scalar();
    var cstStringify = require_cst_stringify();
    var cstVisit = require_cst_visit();
    var BOM = "\uFEFF";
    var DOCUMENT = "";
    var FLOW_END = "";
    var SCALAR = "";
    var isCollection = (token) => !!token && "items" in token;
    var isScalar = (token) => !!token && (token.type === "scalar" || token.type === "single-quoted-scalar" || token.type === "double-quoted-scalar" || token.type === "block-scalar");
    function prettyToken(token) {
      switch (token) {
        case BOM:
          return "<BOM>";
        case DOCUMENT:
          return "<DOC>";
        case FLOW_END:
          return "<FLOW_END>";
        case SCALAR:
          return "<SCALAR>";
        default:
          return JSON.stringify(token);
      }
    }
    function tokenType(source) {
      switch (source) {
        case BOM:
          return "byte-order-mark";
        case DOCUMENT:
          return "doc-mode";
        case FLOW_END:
          return "flow-error-end";
        case SCALAR:
          return "scalar";
        case "---":
          return "doc-start";
        case "...":
          return "doc-end";
        case "":
        case "\n":
        case "\r\n":
          return "newline";
        case "-":
          return "seq-item-ind";
        case "?":
          return "explicit-key-ind";
        case ":":
          return "map-value-ind";
        case "{":
          return "flow-map-start";
        case "}":
          return "flow-map-end";
        case "[":
          return "flow-seq-start";
        case "]":
          return "flow-seq-end";
        case ",":
          return "comma";
      }
      switch (source[0]) {
        case " ":
        case "	":
          return "space";
        case "#":
          return "comment";
        case "%":
          return "directive-line";
        case "*":
          return "alias";
        case "&":
          return "anchor";
        case "!":
          return "tag";
        case "'":
          return "single-quoted-scalar";
        case '"':
          return "double-quoted-scalar";
        case "|":
        case ">":
          return "block-scalar-header";
      }
      return null;
    }
    exports2.createScalarToken = cstScalar.createScalarToken;
    exports2.resolveAsScalar = cstScalar.resolveAsScalar;
    exports2.setScalarValue = cstScalar.setScalarValue;
    exports2.stringify = cstStringify.stringify;
    exports2.visit = cstVisit.visit;
    exports2.BOM = BOM;
    exports2.DOCUMENT = DOCUMENT;
    exports2.FLOW_END = FLOW_END;
    exports2.SCALAR = SCALAR;
    exports2.isCollection = isCollection;
    exports2.isScalar = isScalar;
    exports2.prettyToken = prettyToken;
    exports2.tokenType = tokenType;
  }
});

// node_modules/yaml/dist/parse/lexer.js
var require_lexer = __commonJS({
  "node_modules/yaml/dist/parse/lexer.js"(exports2) {
    "use strict";
    var cst = require_cst();
    function isEmpty(ch) {
      switch (ch) {
        case void 0:
        case " ":
        case "\n":
        case "\r":
        case "	":
          return true;
        default:
          return false;
      }
    }
    var hexDigits = new Set("0123456789ABCDEFabcdef");
    var tagChars = new Set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-#;/?:@&=+$_.!~*'()");
    var flowIndicatorChars = new Set(",[]{}");
    var invalidAnchorChars = new Set(" ,[]{}\n\r	");
    var isNotAnchorChar = (ch) => !ch || invalidAnchorChars.has(ch);
    var Lexer = class {
      constructor() {
        this.atEnd = false;
        this.blockScalarIndent = -1;
        this.blockScalarKeep = false;
        this.buffer = "";
        this.flowKey = false;
        this.flowLevel = 0;
        this.indentNext = 0;
        this.indentValue = 0;
        this.lineEndPos = null;
        this.next = null;
        this.pos = 0;
      }
      /**
       * Generate YAML tokens from the `source` string. If `incomplete`,
       * a part of the last line may be left as a buffer for the next call.
       *
       * @returns A generator of lexical tokens
       */
      *lex(source, incomplete = false) {
        if (source) {
          if (typeof source !== "string")
            throw TypeError("source is not a string");
          this.buffer = this.buffer ? this.buffer + source : source;
          this.lineEndPos = null;
        }
        this.atEnd = !incomplete;
        let next = this.next ?? "stream";
        while (next && (incomplete || this.hasChars(1)))
          next = yield* this.parseNext(next);
      }
      atLineEnd() {
        let i = this.pos;
        let ch = this.buffer[i];
        while (ch === " " || ch === "	")
          ch = this.buffer[++i];
        if (!ch || ch === "#" || ch === "\n")
          return true;
        if (ch === "\r")
          return this.buffer[i + 1] === "\n";
        return false;
      }
      charAt(n) {
        return this.buffer[this.pos + n];
      }
      continueScalar(offset) {
        let ch = this.buffer[offset];
        if (this.indentNext > 0) {
          let indent = 0;
          while (ch === " ")
            ch = this.buffer[++indent + offset];
          if (ch === "\r") {
            const next = this.buffer[indent + offset + 1];
            if (next === "\n" || !next && !this.atEnd)
              return offset + indent + 1;
          }
          return ch === "\n" || indent >= this.indentNext || !ch && !this.atEnd ? offset + indent : -1;
        }
        if (ch === "-" || ch === ".") {
          const dt = this.buffer.substr(offset, 3);
          if ((dt === "---" || dt === "...") && isEmpty(this.buffer[offset + 3]))
            return -1;
        }
        return offset;
      }
      getLine() {
        let end = this.lineEndPos;
        if (typeof end !== "number" || end !== -1 && end < this.pos) {
          end = this.buffer.indexOf("\n", this.pos);
          this.lineEndPos = end;
        }
        if (end === -1)
          return this.atEnd ? this.buffer.substring(this.pos) : null;
        if (this.buffer[end - 1] === "\r")
          end -= 1;
        return this.buffer.substring(this.pos, end);
      }
      hasChars(n) {
        return this.pos + n <= this.buffer.length;
      }
      setNext(state) {
        this.buffer = this.buffer.substring(this.pos);
        this.pos = 0;
        this.lineEndPos = null;
        this.next = state;
        return null;
      }
      peek(n) {
        return this.buffer.substr(this.pos, n);
      }
      *parseNext(next) {
        switch (next) {
          case "stream":
            return yield* this.parseStream();
          case "line-start":
            return yield* this.parseLineStart();
          case "block-start":
            return yield* this.parseBlockStart();
          case "doc":
            return yield* this.parseDocument();
          case "flow":
            return yield* this.parseFlowCollection();
          case "quoted-scalar":
            return yield* this.parseQuotedScalar();
          case "block-scalar":
            return yield* this.parseBlockScalar();
          case "plain-scalar":
            return yield* this.parsePlainScalar();
        }
      }
      *parseStream() {
        let line = this.getLine();
        if (line === null)
          return this.setNext("stream");
        if (line[0] === cst.BOM) {
          yield* this.pushCount(1);
          line = line.substring(1);
        }
        if (line[0] === "%") {
          let dirEnd = line.length;
          let cs = line.indexOf("#");
          while (cs !== -1) {
            const ch = line[cs - 1];
            if (ch === " " || ch === "	") {
              dirEnd = cs - 1;
              break;
            } else {
              cs = line.indexOf("#", cs + 1);
            }
          }
          while (true) {
            const ch = line[dirEnd - 1];
            if (ch === " " || ch === "	")
              dirEnd -= 1;
            else
              break;
          }
          const n = (yield* this.pushCount(dirEnd)) + (yield* this.pushSpaces(true));
          yield* this.pushCount(line.length - n);
          this.pushNewline();
          return "stream";
        }
        if (this.atLineEnd()) {
          const sp = yield* this.pushSpaces(true);
          yield* this.pushCount(line.length - sp);
          yield* this.pushNewline();
          return "stream";
        }
        yield cst.DOCUMENT;
        return yield* this.parseLineStart();
      }
      *parseLineStart() {
        const ch = this.charAt(0);
        if (!ch && !this.atEnd)
          return this.setNext("line-start");
        if (ch === "-" || ch === ".") {
          if (!this.atEnd && !this.hasChars(4))
            return this.setNext("line-start");
          const s = this.peek(3);
          if ((s === "---" || s === "...") && isEmpty(this.charAt(3))) {
            yield* this.pushCount(3);
            this.indentValue = 0;
            this.indentNext = 0;
            return s === "---" ? "doc" : "stream";
          }
        }
        this.indentValue = yield* this.pushSpaces(false);
        if (this.indentNext > this.indentValue && !isEmpty(this.charAt(1)))
          this.indentNext = this.indentValue;
        return yield* this.parseBlockStart();
      }
      *parseBlockStart() {
        const [ch0, ch1] = this.peek(2);
        if (!ch1 && !this.atEnd)
          return this.setNext("block-start");
        if ((ch0 === "-" || ch0 === "?" || ch0 === ":") && isEmpty(ch1)) {
          const n = (yield* this.pushCount(1)) + (yield* this.pushSpaces(true));
          this.indentNext = this.indentValue + 1;
          this.indentValue += n;
          return "block-start";
        }
        return "doc";
      }
      *parseDocument() {
        yield* this.pushSpaces(true);
        const line = this.getLine();
        if (line === null)
          return this.setNext("doc");
        let n = yield* this.pushIndicators();
        switch (line[n]) {
          case "#":
            yield* this.pushCount(line.length - n);
          // fallthrough
          case void 0:
            yield* this.pushNewline();
            return yield* this.parseLineStart();
          case "{":
          case "[":
            yield* this.pushCount(1);
            this.flowKey = false;
            this.flowLevel = 1;
            return "flow";
          case "}":
          case "]":
            yield* this.pushCount(1);
            return "doc";
          case "*":
            yield* this.pushUntil(isNotAnchorChar);
            return "doc";
          case '"':
          case "'":
            return yield* this.parseQuotedScalar();
          case "|":
          case ">":
            n += yield* this.parseBlockScalarHeader();
            n += yield* this.pushSpaces(true);
            yield* this.pushCount(line.length - n);
            yield* this.pushNewline();
            return yield* this.parseBlockScalar();
          default:
            return yield* this.parsePlainScalar();
        }
      }
      *parseFlowCollection() {
        let nl, sp;
        let indent = -1;
        do {
          nl = yield* this.pushNewline();
          if (nl > 0) {
            sp = yield* this.pushSpaces(false);
            this.indentValue = indent = sp;
          } else {
            sp = 0;
          }
          sp += yield* this.pushSpaces(true);
        } while (nl + sp > 0);
        const line = this.getLine();
        if (line === null)
          return this.setNext("flow");
        if (indent !== -1 && indent < this.indentNext && line[0] !== "#" || indent === 0 && (line.startsWith("---") || line.startsWith("...")) && isEmpty(line[3])) {
          const atFlowEndMarker = indent === this.indentNext - 1 && this.flowLevel === 1 && (line[0] === "]" || line[0] === "}");
          if (!atFlowEndMarker) {
            this.flowLevel = 0;
            yield cst.FLOW_END;
            return yield* this.parseLineStart();
          }
        }
        let n = 0;
        while (line[n] === ",") {
          n += yield* this.pushCount(1);
          n += yield* this.pushSpaces(true);
          this.flowKey = false;
        }
        n += yield* this.pushIndicators();
        switch (line[n]) {
          case void 0:
            return "flow";
          case "#":
            yield* this.pushCount(line.length - n);
            return "flow";
          case "{":
          case "[":
            yield* this.pushCount(1);
            this.flowKey = false;
            this.flowLevel += 1;
            return "flow";
          case "}":
          case "]":
            yield* this.pushCount(1);
            this.flowKey = true;
            this.flowLevel -= 1;
            return this.flowLevel ? "flow" : "doc";
          case "*":
            yield* this.pushUntil(isNotAnchorChar);
            return "flow";
          case '"':
          case "'":
            this.flowKey = true;
            return yield* this.parseQuotedScalar();
          case ":": {
            const next = this.charAt(1);
            if (this.flowKey || isEmpty(next) || next === ",") {
              this.flowKey = false;
              yield* this.pushCount(1);
              yield* this.pushSpaces(true);
              return "flow";
            }
          }
          // fallthrough
          default:
            this.flowKey = false;
            return yield* this.parsePlainScalar();
        }
      }
      *parseQuotedScalar() {
        const quote = this.charAt(0);
        let end = this.buffer.indexOf(quote, this.pos + 1);
        if (quote === "'") {
          while (end !== -1 && this.buffer[end + 1] === "'")
            end = this.buffer.indexOf("'", end + 2);
        } else {
          while (end !== -1) {
            let n = 0;
            while (this.buffer[end - 1 - n] === "\\")
              n += 1;
            if (n % 2 === 0)
              break;
            end = this.buffer.indexOf('"', end + 1);
          }
        }
        const qb = this.buffer.substring(0, end);
        let nl = qb.indexOf("\n", this.pos);
        if (nl !== -1) {
          while (nl !== -1) {
            const cs = this.continueScalar(nl + 1);
            if (cs === -1)
              break;
            nl = qb.indexOf("\n", cs);
          }
          if (nl !== -1) {
            end = nl - (qb[nl - 1] === "\r" ? 2 : 1);
          }
        }
        if (end === -1) {
          if (!this.atEnd)
            return this.setNext("quoted-scalar");
          end = this.buffer.length;
        }
        yield* this.pushToIndex(end + 1, false);
        return this.flowLevel ? "flow" : "doc";
      }
      *parseBlockScalarHeader() {
        this.blockScalarIndent = -1;
        this.blockScalarKeep = false;
        let i = this.pos;
        while (true) {
          const ch = this.buffer[++i];
          if (ch === "+")
            this.blockScalarKeep = true;
          else if (ch > "0" && ch <= "9")
            this.blockScalarIndent = Number(ch) - 1;
          else if (ch !== "-")
            break;
        }
        return yield* this.pushUntil((ch) => isEmpty(ch) || ch === "#");
      }
      *parseBlockScalar() {
        let nl = this.pos - 1;
        let indent = 0;
        let ch;
        loop: for (let i2 = this.pos; ch = this.buffer[i2]; ++i2) {
          switch (ch) {
            case " ":
              indent += 1;
              break;
            case "\n":
              nl = i2;
              indent = 0;
              break;
            case "\r": {
              const next = this.buffer[i2 + 1];
              if (!next && !this.atEnd)
                return this.setNext("block-scalar");
              if (next === "\n")
                break;
            }
            // fallthrough
            default:
              break loop;
          }
        }
        if (!ch && !this.atEnd)
          return this.setNext("block-scalar");
        if (indent >= this.indentNext) {
          if (this.blockScalarIndent === -1)
            this.indentNext = indent;
          else {
            this.indentNext = this.blockScalarIndent + (this.indentNext === 0 ? 1 : this.indentNext);
          }
          do {
            const cs = this.continueScalar(nl + 1);
            if (cs === -1)
              break;
            nl = this.buffer.indexOf("\n", cs);
          } while (nl !== -1);
          if (nl === -1) {
            if (!this.atEnd)
              return this.setNext("block-scalar");
            nl = this.buffer.length;
          }
        }
        let i = nl + 1;
        ch = this.buffer[i];
        while (ch === " ")
          ch = this.buffer[++i];
        if (ch === "	") {
          while (ch === "	" || ch === " " || ch === "\r" || ch === "\n")
            ch = this.buffer[++i];
          nl = i - 1;
        } else if (!this.blockScalarKeep) {
          do {
            let i2 = nl - 1;
            let ch2 = this.buffer[i2];
            if (ch2 === "\r")
              ch2 = this.buffer[--i2];
            const lastChar = i2;
            while (ch2 === " ")
              ch2 = this.buffer[--i2];
            if (ch2 === "\n" && i2 >= this.pos && i2 + 1 + indent > lastChar)
              nl = i2;
            else
              break;
          } while (true);
        }
        yield cst.SCALAR;
        yield* this.pushToIndex(nl + 1, true);
        return yield* this.parseLineStart();
      }
      *parsePlainScalar() {
        const inFlow = this.flowLevel > 0;
        let end = this.pos - 1;
        let i = this.pos - 1;
        let ch;
        while (ch = this.buffer[++i]) {
          if (ch === ":") {
            const next = this.buffer[i + 1];
            if (isEmpty(next) || inFlow && flowIndicatorChars.has(next))
              break;
            end = i;
          } else if (isEmpty(ch)) {
            let next = this.buffer[i + 1];
            if (ch === "\r") {
              if (next === "\n") {
                i += 1;
                ch = "\n";
                next = this.buffer[i + 1];
              } else
                end = i;
            }
            if (next === "#" || inFlow && flowIndicatorChars.has(next))
              break;
            if (ch === "\n") {
              const cs = this.continueScalar(i + 1);
              if (cs === -1)
                break;
              i = Math.max(i, cs - 2);
            }
          } else {
            if (inFlow && flowIndicatorChars.has(ch))
              break;
            end = i;
          }
        }
        if (!ch && !this.atEnd)
          return this.setNext("plain-scalar");
        yield cst.SCALAR;
        yield* this.pushToIndex(end + 1, true);
        return inFlow ? "flow" : "doc";
      }
      *pushCount(n) {
        if (n > 0) {
          yield this.buffer.substr(this.pos, n);
          this.pos += n;
          return n;
        }
        return 0;
      }
      *pushToIndex(i, allowEmpty) {
        const s = this.buffer.slice(this.pos, i);
        if (s) {
          yield s;
          this.pos += s.length;
          return s.length;
        } else if (allowEmpty)
          yield "";
        return 0;
      }
      *pushIndicators() {
        let n = 0;
        loop: while (true) {
          switch (this.charAt(0)) {
            case "!":
              n += yield* this.pushTag();
              n += yield* this.pushSpaces(true);
              continue loop;
            case "&":
              n += yield* this.pushUntil(isNotAnchorChar);
              n += yield* this.pushSpaces(true);
              continue loop;
            case "-":
            // this is an error
            case "?":
            // this is an error outside flow collections
            case ":": {
              const inFlow = this.flowLevel > 0;
              const ch1 = this.charAt(1);
              if (isEmpty(ch1) || inFlow && flowIndicatorChars.has(ch1)) {
                if (!inFlow)
                  this.indentNext = this.indentValue + 1;
                else if (this.flowKey)
                  this.flowKey = false;
                n += yield* this.pushCount(1);
                n += yield* this.pushSpaces(true);
                continue loop;
              }
            }
          }
          break loop;
        }
        return n;
      }
      *pushTag() {
        if (this.charAt(1) === "<") {
          let i = this.pos + 2;
          let ch = this.buffer[i];
          while (!isEmpty(ch) && ch !== ">")
            ch = this.buffer[++i];
          return yield* this.pushToIndex(ch === ">" ? i + 1 : i, false);
        } else {
          let i = this.pos + 1;
          let ch = this.buffer[i];
          while (ch) {
            if (tagChars.has(ch))
              ch = this.buffer[++i];
            else if (ch === "%" && hexDigits.has(this.buffer[i + 1]) && hexDigits.has(this.buffer[i + 2])) {
              ch = this.buffer[i += 3];
            } else
              break;
          }
          return yield* this.pushToIndex(i, false);
        }
      }
      *pushNewline() {
        const ch = this.buffer[this.pos];
        if (ch === "\n")
          return yield* this.pushCount(1);
        else if (ch === "\r" && this.charAt(1) === "\n")
          return yield* this.pushCount(2);
        else
          return 0;
      }
      *pushSpaces(allowTabs) {
        let i = this.pos - 1;
        let ch;
        do {
          ch = this.buffer[++i];
        } while (ch === " " || allowTabs && ch === "	");
        const n = i - this.pos;
        if (n > 0) {
          yield this.buffer.substr(this.pos, n);
          this.pos = i;
        }
        return n;
      }
      *pushUntil(test) {
        let i = this.pos;
        let ch = this.buffer[i];
        while (!test(ch))
          ch = this.buffer[++i];
        return yield* this.pushToIndex(i, false);
      }
    };
    exports2.Lexer = Lexer;
  }
});

// node_modules/yaml/dist/parse/line-counter.js
var require_line_counter = __commonJS({
  "node_modules/yaml/dist/parse/line-counter.js"(exports2) {
    "use strict";
    var LineCounter = class {
      constructor() {
        this.lineStarts = [];
        this.addNewLine = (offset) => this.lineStarts.push(offset);
        this.linePos = (offset) => {
          let low = 0;
          let high = this.lineStarts.length;
          while (low < high) {
            const mid = low + high >> 1;
            if (this.lineStarts[mid] < offset)
              low = mid + 1;
            else
              high = mid;
          }
          if (this.lineStarts[low] === offset)
            return { line: low + 1, col: 1 };
          if (low === 0)
            return { line: 0, col: offset };
          const start = this.lineStarts[low - 1];
          return { line: low, col: offset - start + 1 };
        };
      }
    };
    exports2.LineCounter = LineCounter;
  }
});

// node_modules/yaml/dist/parse/parser.js
var require_parser = __commonJS({
  "node_modules/yaml/dist/parse/parser.js"(exports2) {
    "use strict";
    var node_process = require("process");
    var cst = require_cst();
    var lexer = require_lexer();
    function includesToken(list, type) {
      for (let i = 0; i < list.length; ++i)
        if (list[i].type === type)
          return true;
      return false;
    }
    function findNonEmptyIndex(list) {
      for (let i = 0; i < list.length; ++i) {
        switch (list[i].type) {
          case "space":
          case "comment":
          case "newline":
            break;
          default:
            return i;
        }
      }
      return -1;
    }
    function isFlowToken(token) {
      switch (token?.type) {
        case "alias":
        case "scalar":
        case "single-quoted-scalar":
        case "double-quoted-scalar":
        case "flow-collection":
          return true;
        default:
          return false;
      }
    }
    function getPrevProps(parent) {
      switch (parent.type) {
        case "document":
          return parent.start;
        case "block-map": {
          const it = parent.items[parent.items.length - 1];
          return it.sep ?? it.start;
        }
        case "block-seq":
          return parent.items[parent.items.length - 1].start;
        /* istanbul ignore next should not happen */
        default:
          return [];
      }
    }
    function getFirstKeyStartProps(prev) {
      if (prev.length === 0)
        return [];
      let i = prev.length;
      loop: while (--i >= 0) {
        switch (prev[i].type) {
          case "doc-start":
          case "explicit-key-ind":
          case "map-value-ind":
          case "seq-item-ind":
          case "newline":
            break loop;
        }
      }
      while (prev[++i]?.type === "space") {
      }
      return prev.splice(i, prev.length);
    }
    function arrayPushArray(target, source) {
      if (source.length < 1e5)
        Array.prototype.push.apply(target, source);
      else
        for (let i = 0; i < source.length; ++i)
          target.push(source[i]);
    }
    function fixFlowSeqItems(fc) {
      if (fc.start.type === "flow-seq-start") {
        for (const it of fc.items) {
          if (it.sep && !it.value && !includesToken(it.start, "explicit-key-ind") && !includesToken(it.sep, "map-value-ind")) {
            if (it.key)
              it.value = it.key;
            delete it.key;
            if (isFlowToken(it.value)) {
              if (it.value.end)
                arrayPushArray(it.value.end, it.sep);
              else
                it.value.end = it.sep;
            } else
              arrayPushArray(it.start, it.sep);
            delete it.sep;
          }
        }
      }
    }
    var Parser = class {
      /**
       * @param onNewLine - If defined, called separately with the start position of
       *   each new line (in `parse()`, including the start of input).
       */
      constructor(onNewLine) {
        this.atNewLine = true;
        this.atScalar = false;
        this.indent = 0;
        this.offset = 0;
        this.onKeyLine = false;
        this.stack = [];
        this.source = "";
        this.type = "";
        this.lexer = new lexer.Lexer();
        this.onNewLine = onNewLine;
      }
      /**
       * Parse `source` as a YAML stream.
       * If `incomplete`, a part of the last line may be left as a buffer for the next call.
       *
       * Errors are not thrown, but yielded as `{ type: 'error', message }` tokens.
       *
       * @returns A generator of tokens representing each directive, document, and other structure.
       */
      *parse(source, incomplete = false) {
        if (this.onNewLine && this.offset === 0)
          this.onNewLine(0);
        for (const lexeme of this.lexer.lex(source, incomplete))
          yield* this.next(lexeme);
        if (!incomplete)
          yield* this.end();
      }
      /**
       * Advance the parser by the `source` of one lexical token.
       */
      *next(source) {
        this.source = source;
        if (node_process.env.LOG_TOKENS)
          console.log("|", cst.prettyToken(source));
        if (this.atScalar) {
          this.atScalar = false;
          yield* this.step();
          this.offset += source.length;
          return;
        }
        const type = cst.tokenType(source);
        if (!type) {
          const message2 = `Not a YAML token: ${source}`;
          yield* this.pop({ type: "error", offset: this.offset, message: message2, source });
          this.offset += source.length;
        } else if (type === "scalar") {
          this.atNewLine = false;
          this.atScalar = true;
          this.type = "scalar";
        } else {
          this.type = type;
          yield* this.step();
          switch (type) {
            case "newline":
              this.atNewLine = true;
              this.indent = 0;
              if (this.onNewLine)
                this.onNewLine(this.offset + source.length);
              break;
            case "space":
              if (this.atNewLine && source[0] === " ")
                this.indent += source.length;
              break;
            case "explicit-key-ind":
            case "map-value-ind":
            case "seq-item-ind":
              if (this.atNewLine)
                this.indent += source.length;
              break;
            case "doc-mode":
            case "flow-error-end":
              return;
            default:
              this.atNewLine = false;
          }
          this.offset += source.length;
        }
      }
      /** Call at end of input to push out any remaining constructions */
      *end() {
        while (this.stack.length > 0)
          yield* this.pop();
      }
      get sourceToken() {
        const st = {
          type: this.type,
          offset: this.offset,
          indent: this.indent,
          source: this.source
        };
        return st;
      }
      *step() {
        const top = this.peek(1);
        if (this.type === "doc-end" && top?.type !== "doc-end") {
          while (this.stack.length > 0)
            yield* this.pop();
          this.stack.push({
            type: "doc-end",
            offset: this.offset,
            source: this.source
          });
          return;
        }
        if (!top)
          return yield* this.stream();
        switch (top.type) {
          case "document":
            return yield* this.document(top);
          case "alias":
          case "scalar":
          case "single-quoted-scalar":
          case "double-quoted-scalar":
            return yield* this.scalar(top);
          case "block-scalar":
            return yield* this.blockScalar(top);
          case "block-map":
            return yield* this.blockMap(top);
          case "block-seq":
            return yield* this.blockSequence(top);
          case "flow-collection":
            return yield* this.flowCollection(top);
          case "doc-end":
            return yield* this.documentEnd(top);
        }
        yield* this.pop();
      }
      peek(n) {
        return this.stack[this.stack.length - n];
      }
      *pop(error2) {
        const token = error2 ?? this.stack.pop();
        if (!token) {
          const message2 = "Tried to pop an empty stack";
          yield { type: "error", offset: this.offset, source: "", message: message2 };
        } else if (this.stack.length === 0) {
          yield token;
        } else {
          const top = this.peek(1);
          if (token.type === "block-scalar") {
            token.indent = "indent" in top ? top.indent : 0;
          } else if (token.type === "flow-collection" && top.type === "document") {
            token.indent = 0;
          }
          if (token.type === "flow-collection")
            fixFlowSeqItems(token);
          switch (top.type) {
            case "document":
              top.value = token;
              break;
            case "block-scalar":
              top.props.push(token);
              break;
            case "block-map": {
              const it = top.items[top.items.length - 1];
              if (it.value) {
                top.items.push({ start: [], key: token, sep: [] });
                this.onKeyLine = true;
                return;
              } else if (it.sep) {
                it.value = token;
              } else {
                Object.assign(it, { key: token, sep: [] });
                this.onKeyLine = !it.explicitKey;
                return;
              }
              break;
            }
            case "block-seq": {
              const it = top.items[top.items.length - 1];
              if (it.value)
                top.items.push({ start: [], value: token });
              else
                it.value = token;
              break;
            }
            case "flow-collection": {
              const it = top.items[top.items.length - 1];
              if (!it || it.value)
                top.items.push({ start: [], key: token, sep: [] });
              else if (it.sep)
                it.value = token;
              else
                Object.assign(it, { key: token, sep: [] });
              return;
            }
            /* istanbul ignore next should not happen */
            default:
              yield* this.pop();
              yield* this.pop(token);
          }
          if ((top.type === "document" || top.type === "block-map" || top.type === "block-seq") && (token.type === "block-map" || token.type === "block-seq")) {
            const last = token.items[token.items.length - 1];
            if (last && !last.sep && !last.value && last.start.length > 0 && findNonEmptyIndex(last.start) === -1 && (token.indent === 0 || last.start.every((st) => st.type !== "comment" || st.indent < token.indent))) {
              if (top.type === "document")
                top.end = last.start;
              else
                top.items.push({ start: last.start });
              token.items.splice(-1, 1);
            }
          }
        }
      }
      *stream() {
        switch (this.type) {
          case "directive-line":
            yield { type: "directive", offset: this.offset, source: this.source };
            return;
          case "byte-order-mark":
          case "space":
          case "comment":
          case "newline":
            yield this.sourceToken;
            return;
          case "doc-mode":
          case "doc-start": {
            const doc = {
              type: "document",
              offset: this.offset,
              start: []
            };
            if (this.type === "doc-start")
              doc.start.push(this.sourceToken);
            this.stack.push(doc);
            return;
          }
        }
        yield {
          type: "error",
          offset: this.offset,
          message: `Unexpected ${this.type} token in YAML stream`,
          source: this.source
        };
      }
      *document(doc) {
        if (doc.value)
          return yield* this.lineEnd(doc);
        switch (this.type) {
          case "doc-start": {
            if (findNonEmptyIndex(doc.start) !== -1) {
              yield* this.pop();
              yield* this.step();
            } else
              doc.start.push(this.sourceToken);
            return;
          }
          case "anchor":
          case "tag":
          case "space":
          case "comment":
          case "newline":
            doc.start.push(this.sourceToken);
            return;
        }
        const bv = this.startBlockValue(doc);
        if (bv)
          this.stack.push(bv);
        else {
          yield {
            type: "error",
            offset: this.offset,
            message: `Unexpected ${this.type} token in YAML document`,
            source: this.source
          };
        }
      }
      *scalar(scalar) {
        if (this.type === "map-value-ind") {
          const prev = getPrevProps(this.peek(2));
          const start = getFirstKeyStartProps(prev);
          let sep;
          if (scalar.end) {
            sep = scalar.end;
            sep.push(this.sourceToken);
            delete scalar.end;
          } else
            sep = [this.sourceToken];
          const map = {
            type: "block-map",
            offset: scalar.offset,
            indent: scalar.indent,
            items: [{ start, key: scalar, sep }]
          };
          this.onKeyLine = true;
          this.stack[this.stack.length - 1] = map;
        } else
          yield* this.lineEnd(scalar);
      }
      *blockScalar(scalar) {
        switch (this.type) {
          case "space":
          case "comment":
          case "newline":
            scalar.props.push(this.sourceToken);
            return;
          case "scalar":
            scalar.source = this.source;
            this.atNewLine = true;
            this.indent = 0;
            if (this.onNewLine) {
              let nl = this.source.indexOf("\n") + 1;
              while (nl !== 0) {
                this.onNewLine(this.offset + nl);
                nl = this.source.indexOf("\n", nl) + 1;
              }
            }
            yield* this.pop();
            break;
          /* istanbul ignore next should not happen */
          default:
            yield* this.pop();
            yield* this.step();
        }
      }
      *blockMap(map) {
        const it = map.items[map.items.length - 1];
        switch (this.type) {
          case "newline":
            this.onKeyLine = false;
            if (it.value) {
              const end = "end" in it.value ? it.value.end : void 0;
              const last = Array.isArray(end) ? end[end.length - 1] : void 0;
              if (last?.type === "comment")
                end?.push(this.sourceToken);
              else
                map.items.push({ start: [this.sourceToken] });
            } else if (it.sep) {
              it.sep.push(this.sourceToken);
            } else {
              it.start.push(this.sourceToken);
            }
            return;
          case "space":
          case "comment":
            if (it.value) {
              map.items.push({ start: [this.sourceToken] });
            } else if (it.sep) {
              it.sep.push(this.sourceToken);
            } else {
              if (this.atIndentedComment(it.start, map.indent)) {
                const prev = map.items[map.items.length - 2];
                const end = prev?.value?.end;
                if (Array.isArray(end)) {
                  arrayPushArray(end, it.start);
                  end.push(this.sourceToken);
                  map.items.pop();
                  return;
                }
              }
              it.start.push(this.sourceToken);
            }
            return;
        }
        if (this.indent >= map.indent) {
          const atMapIndent = !this.onKeyLine && this.indent === map.indent;
          const atNextItem = atMapIndent && (it.sep || it.explicitKey) && this.type !== "seq-item-ind";
          let start = [];
          if (atNextItem && it.sep && !it.value) {
            const nl = [];
            for (let i = 0; i < it.sep.length; ++i) {
              const st = it.sep[i];
              switch (st.type) {
                case "newline":
                  nl.push(i);
                  break;
                case "space":
                  break;
                case "comment":
                  if (st.indent > map.indent)
                    nl.length = 0;
                  break;
                default:
                  nl.length = 0;
              }
            }
            if (nl.length >= 2)
              start = it.sep.splice(nl[1]);
          }
          switch (this.type) {
            case "anchor":
            case "tag":
              if (atNextItem || it.value) {
                start.push(this.sourceToken);
                map.items.push({ start });
                this.onKeyLine = true;
              } else if (it.sep) {
                it.sep.push(this.sourceToken);
              } else {
                it.start.push(this.sourceToken);
              }
              return;
            case "explicit-key-ind":
              if (!it.sep && !it.explicitKey) {
                it.start.push(this.sourceToken);
                it.explicitKey = true;
              } else if (atNextItem || it.value) {
                start.push(this.sourceToken);
                map.items.push({ start, explicitKey: true });
              } else {
                this.stack.push({
                  type: "block-map",
                  offset: this.offset,
                  indent: this.indent,
                  items: [{ start: [this.sourceToken], explicitKey: true }]
                });
              }
              this.onKeyLine = true;
              return;
            case "map-value-ind":
              if (it.explicitKey) {
                if (!it.sep) {
                  if (includesToken(it.start, "newline")) {
                    Object.assign(it, { key: null, sep: [this.sourceToken] });
                  } else {
                    const start2 = getFirstKeyStartProps(it.start);
                    this.stack.push({
                      type: "block-map",
                      offset: this.offset,
                      indent: this.indent,
                      items: [{ start: start2, key: null, sep: [this.sourceToken] }]
                    });
                  }
                } else if (it.value) {
                  map.items.push({ start: [], key: null, sep: [this.sourceToken] });
                } else if (includesToken(it.sep, "map-value-ind")) {
                  this.stack.push({
                    type: "block-map",
                    offset: this.offset,
                    indent: this.indent,
                    items: [{ start, key: null, sep: [this.sourceToken] }]
                  });
                } else if (isFlowToken(it.key) && !includesToken(it.sep, "newline")) {
                  const start2 = getFirstKeyStartProps(it.start);
                  const key = it.key;
                  const sep = it.sep;
                  sep.push(this.sourceToken);
                  delete it.key;
                  delete it.sep;
                  this.stack.push({
                    type: "block-map",
                    offset: this.offset,
                    indent: this.indent,
                    items: [{ start: start2, key, sep }]
                  });
                } else if (start.length > 0) {
                  it.sep = it.sep.concat(start, this.sourceToken);
                } else {
                  it.sep.push(this.sourceToken);
                }
              } else {
                if (!it.sep) {
                  Object.assign(it, { key: null, sep: [this.sourceToken] });
                } else if (it.value || atNextItem) {
                  map.items.push({ start, key: null, sep: [this.sourceToken] });
                } else if (includesToken(it.sep, "map-value-ind")) {
                  this.stack.push({
                    type: "block-map",
                    offset: this.offset,
                    indent: this.indent,
                    items: [{ start: [], key: null, sep: [this.sourceToken] }]
                  });
                } else {
                  it.sep.push(this.sourceToken);
                }
              }
              this.onKeyLine = true;
              return;
            case "alias":
            case "scalar":
            case "single-quoted-scalar":
            case "double-quoted-scalar": {
              const fs = this.flowScalar(this.type);
              if (atNextItem || it.value) {
                map.items.push({ start, key: fs, sep: [] });
                this.onKeyLine = true;
              } else if (it.sep) {
                this.stack.push(fs);
              } else {
                Object.assign(it, { key: fs, sep: [] });
                this.onKeyLine = true;
              }
              return;
            }
            default: {
              const bv = this.startBlockValue(map);
              if (bv) {
                if (bv.type === "block-seq") {
                  if (!it.explicitKey && it.sep && !includesToken(it.sep, "newline")) {
                    yield* this.pop({
                      type: "error",
                      offset: this.offset,
                      message: "Unexpected block-seq-ind on same line with key",
                      source: this.source
                    });
                    return;
                  }
                } else if (atMapIndent) {
                  map.items.push({ start });
                }
                this.stack.push(bv);
                return;
              }
            }
          }
        }
        yield* this.pop();
        yield* this.step();
      }
      *blockSequence(seq) {
        const it = seq.items[seq.items.length - 1];
        switch (this.type) {
          case "newline":
            if (it.value) {
              const end = "end" in it.value ? it.value.end : void 0;
              const last = Array.isArray(end) ? end[end.length - 1] : void 0;
              if (last?.type === "comment")
                end?.push(this.sourceToken);
              else
                seq.items.push({ start: [this.sourceToken] });
            } else
              it.start.push(this.sourceToken);
            return;
          case "space":
          case "comment":
            if (it.value)
              seq.items.push({ start: [this.sourceToken] });
            else {
              if (this.atIndentedComment(it.start, seq.indent)) {
                const prev = seq.items[seq.items.length - 2];
                const end = prev?.value?.end;
                if (Array.isArray(end)) {
                  arrayPushArray(end, it.start);
                  end.push(this.sourceToken);
                  seq.items.pop();
                  return;
                }
              }
              it.start.push(this.sourceToken);
            }
            return;
          case "anchor":
          case "tag":
            if (it.value || this.indent <= seq.indent)
              break;
            it.start.push(this.sourceToken);
            return;
          case "seq-item-ind":
            if (this.indent !== seq.indent)
              break;
            if (it.value || includesToken(it.start, "seq-item-ind"))
              seq.items.push({ start: [this.sourceToken] });
            else
              it.start.push(this.sourceToken);
            return;
        }
        if (this.indent > seq.indent) {
          const bv = this.startBlockValue(seq);
          if (bv) {
            this.stack.push(bv);
            return;
          }
        }
        yield* this.pop();
        yield* this.step();
      }
      *flowCollection(fc) {
        const it = fc.items[fc.items.length - 1];
        if (this.type === "flow-error-end") {
          let top;
          do {
            yield* this.pop();
            top = this.peek(1);
          } while (top?.type === "flow-collection");
        } else if (fc.end.length === 0) {
          switch (this.type) {
            case "comma":
            case "explicit-key-ind":
              if (!it || it.sep)
                fc.items.push({ start: [this.sourceToken] });
              else
                it.start.push(this.sourceToken);
              return;
            case "map-value-ind":
              if (!it || it.value)
                fc.items.push({ start: [], key: null, sep: [this.sourceToken] });
              else if (it.sep)
                it.sep.push(this.sourceToken);
              else
                Object.assign(it, { key: null, sep: [this.sourceToken] });
              return;
            case "space":
            case "comment":
            case "newline":
            case "anchor":
            case "tag":
              if (!it || it.value)
                fc.items.push({ start: [this.sourceToken] });
              else if (it.sep)
                it.sep.push(this.sourceToken);
              else
                it.start.push(this.sourceToken);
              return;
            case "alias":
            case "scalar":
            case "single-quoted-scalar":
            case "double-quoted-scalar": {
              const fs = this.flowScalar(this.type);
              if (!it || it.value)
                fc.items.push({ start: [], key: fs, sep: [] });
              else if (it.sep)
                this.stack.push(fs);
              else
                Object.assign(it, { key: fs, sep: [] });
              return;
            }
            case "flow-map-end":
            case "flow-seq-end":
              fc.end.push(this.sourceToken);
              return;
          }
          const bv = this.startBlockValue(fc);
          if (bv)
            this.stack.push(bv);
          else {
            yield* this.pop();
            yield* this.step();
          }
        } else {
          const parent = this.peek(2);
          if (parent.type === "block-map" && (this.type === "map-value-ind" && parent.indent === fc.indent || this.type === "newline" && !parent.items[parent.items.length - 1].sep)) {
            yield* this.pop();
            yield* this.step();
          } else if (this.type === "map-value-ind" && parent.type !== "flow-collection") {
            const prev = getPrevProps(parent);
            const start = getFirstKeyStartProps(prev);
            fixFlowSeqItems(fc);
            const sep = fc.end.splice(1, fc.end.length);
            sep.push(this.sourceToken);
            const map = {
              type: "block-map",
              offset: fc.offset,
              indent: fc.indent,
              items: [{ start, key: fc, sep }]
            };
            this.onKeyLine = true;
            this.stack[this.stack.length - 1] = map;
          } else {
            yield* this.lineEnd(fc);
          }
        }
      }
      flowScalar(type) {
        if (this.onNewLine) {
          let nl = this.source.indexOf("\n") + 1;
          while (nl !== 0) {
            this.onNewLine(this.offset + nl);
            nl = this.source.indexOf("\n", nl) + 1;
          }
        }
        return {
          type,
          offset: this.offset,
          indent: this.indent,
          source: this.source
        };
      }
      startBlockValue(parent) {
        switch (this.type) {
          case "alias":
          case "scalar":
          case "single-quoted-scalar":
          case "double-quoted-scalar":
            return this.flowScalar(this.type);
          case "block-scalar-header":
            return {
              type: "block-scalar",
              offset: this.offset,
              indent: this.indent,
              props: [this.sourceToken],
              source: ""
            };
          case "flow-map-start":
          case "flow-seq-start":
            return {
              type: "flow-collection",
              offset: this.offset,
              indent: this.indent,
              start: this.sourceToken,
              items: [],
              end: []
            };
          case "seq-item-ind":
            return {
              type: "block-seq",
              offset: this.offset,
              indent: this.indent,
              items: [{ start: [this.sourceToken] }]
            };
          case "explicit-key-ind": {
            this.onKeyLine = true;
            const prev = getPrevProps(parent);
            const start = getFirstKeyStartProps(prev);
            start.push(this.sourceToken);
            return {
              type: "block-map",
              offset: this.offset,
              indent: this.indent,
              items: [{ start, explicitKey: true }]
            };
          }
          case "map-value-ind": {
            this.onKeyLine = true;
            const prev = getPrevProps(parent);
            const start = getFirstKeyStartProps(prev);
            return {
              type: "block-map",
              offset: this.offset,
              indent: this.indent,
              items: [{ start, key: null, sep: [this.sourceToken] }]
            };
          }
        }
        return null;
      }
      atIndentedComment(start, indent) {
        if (this.type !== "comment")
          return false;
        if (this.indent <= indent)
          return false;
        return start.every((st) => st.type === "newline" || st.type === "space");
      }
      *documentEnd(docEnd) {
        if (this.type !== "doc-mode") {
          if (docEnd.end)
            docEnd.end.push(this.sourceToken);
          else
            docEnd.end = [this.sourceToken];
          if (this.type === "newline")
            yield* this.pop();
        }
      }
      *lineEnd(token) {
        switch (this.type) {
          case "comma":
          case "doc-start":
          case "doc-end":
          case "flow-seq-end":
          case "flow-map-end":
          case "map-value-ind":
            yield* this.pop();
            yield* this.step();
            break;
          case "newline":
            this.onKeyLine = false;
          // fallthrough
          case "space":
          case "comment":
          default:
            if (token.end)
              token.end.push(this.sourceToken);
            else
              token.end = [this.sourceToken];
            if (this.type === "newline")
              yield* this.pop();
        }
      }
    };
    exports2.Parser = Parser;
  }
});

// node_modules/yaml/dist/public-api.js
var require_public_api = __commonJS({
  "node_modules/yaml/dist/public-api.js"(exports2) {
    "use strict";
    var composer = require_composer();
    var Document = require_Document();
    var errors = require_errors();
    var log = require_log();
    var identity = require_identity();
    var lineCounter = require_line_counter();
    var parser = require_parser();
    function parseOptions(options) {
      const prettyErrors = options.prettyErrors !== false;
      const lineCounter$1 = options.lineCounter || prettyErrors && new lineCounter.LineCounter() || null;
      return { lineCounter: lineCounter$1, prettyErrors };
    }
    function parseAllDocuments(source, options = {}) {
      const { lineCounter: lineCounter2, prettyErrors } = parseOptions(options);
      const parser$1 = new parser.Parser(lineCounter2?.addNewLine);
      const composer$1 = new composer.Composer(options);
      const docs = Array.from(composer$1.compose(parser$1.parse(source)));
      if (prettyErrors && lineCounter2)
        for (const doc of docs) {
          doc.errors.forEach(errors.prettifyError(source, lineCounter2));
          doc.warnings.forEach(errors.prettifyError(source, lineCounter2));
        }
      if (docs.length > 0)
        return docs;
      return Object.assign([], { empty: true }, composer$1.streamInfo());
    }
    function parseDocument(source, options = {}) {
      const { lineCounter: lineCounter2, prettyErrors } = parseOptions(options);
      const parser$1 = new parser.Parser(lineCounter2?.addNewLine);
      const composer$1 = new composer.Composer(options);
      let doc = null;
      for (const _doc of composer$1.compose(parser$1.parse(source), true, source.length)) {
        if (!doc)
          doc = _doc;
        else if (doc.options.logLevel !== "silent") {
          doc.errors.push(new errors.YAMLParseError(_doc.range.slice(0, 2), "MULTIPLE_DOCS", "Source contains multiple documents; please use YAML.parseAllDocuments()"));
          break;
        }
      }
      if (prettyErrors && lineCounter2) {
        doc.errors.forEach(errors.prettifyError(source, lineCounter2));
        doc.warnings.forEach(errors.prettifyError(source, lineCounter2));
      }
      return doc;
    }
    function parse3(src, reviver, options) {
      let _reviver = void 0;
      if (typeof reviver === "function") {
        _reviver = reviver;
      } else if (options === void 0 && reviver && typeof reviver === "object") {
        options = reviver;
      }
      const doc = parseDocument(src, options);
      if (!doc)
        return null;
      doc.warnings.forEach((warning) => log.warn(doc.options.logLevel, warning));
      if (doc.errors.length > 0) {
        if (doc.options.logLevel !== "silent")
          throw doc.errors[0];
        else
          doc.errors = [];
      }
      return doc.toJS(Object.assign({ reviver: _reviver }, options));
    }
    function stringify2(value, replacer, options) {
      let _replacer = null;
      if (typeof replacer === "function" || Array.isArray(replacer)) {
        _replacer = replacer;
      } else if (options === void 0 && replacer) {
        options = replacer;
      }
      if (typeof options === "string")
        options = options.length;
      if (typeof options === "number") {
        const indent = Math.round(options);
        options = indent < 1 ? void 0 : indent > 8 ? { indent: 8 } : { indent };
      }
      if (value === void 0) {
        const { keepUndefined } = options ?? replacer ?? {};
        if (!keepUndefined)
          return void 0;
      }
      if (identity.isDocument(value) && !_replacer)
        return value.toString(options);
      return new Document.Document(value, _replacer, options).toString(options);
    }
    exports2.parse = parse3;
    exports2.parseAllDocuments = parseAllDocuments;
    exports2.parseDocument = parseDocument;
    exports2.stringify = stringify2;
  }
});

// node_modules/yaml/dist/index.js
var require_dist = __commonJS({
  "node_modules/yaml/dist/index.js"(exports2) {
    "use strict";
    var composer = require_composer();
    var Document = require_Document();
    var Schema = require_Schema();
    var errors = require_errors();
    var Alias = require_Alias();
    var identity = require_identity();
    var Pair = require_Pair();
    var Scalar = require_Scalar();
    var YAMLMap = require_YAMLMap();
    var YAMLSeq = require_YAMLSeq();
    var cst = require_cst();
    var lexer = require_lexer();
    var lineCounter = require_line_counter();
    var parser = require_parser();
    var publicApi = require_public_api();
    var visit = require_visit();
    exports2.Composer = composer.Composer;
    exports2.Document = Document.Document;
    exports2.Schema = Schema.Schema;
    exports2.YAMLError = errors.YAMLError;
    exports2.YAMLParseError = errors.YAMLParseError;
    exports2.YAMLWarning = errors.YAMLWarning;
    exports2.Alias = Alias.Alias;
    exports2.isAlias = identity.isAlias;
    exports2.isCollection = identity.isCollection;
    exports2.isDocument = identity.isDocument;
    exports2.isMap = identity.isMap;
    exports2.isNode = identity.isNode;
    exports2.isPair = identity.isPair;
    exports2.isScalar = identity.isScalar;
    exports2.isSeq = identity.isSeq;
    exports2.Pair = Pair.Pair;
    exports2.Scalar = Scalar.Scalar;
    exports2.YAMLMap = YAMLMap.YAMLMap;
    exports2.YAMLSeq = YAMLSeq.YAMLSeq;
    exports2.CST = cst;
    exports2.Lexer = lexer.Lexer;
    exports2.LineCounter = lineCounter.LineCounter;
    exports2.Parser = parser.Parser;
    exports2.parse = publicApi.parse;
    exports2.parseAllDocuments = publicApi.parseAllDocuments;
    exports2.parseDocument = publicApi.parseDocument;
    exports2.stringify = publicApi.stringify;
    exports2.visit = visit.visit;
    exports2.visitAsync = visit.visitAsync;
  }
});

// <stdin>
var stdin_exports = {};
__export(stdin_exports, {
  FIRST_HELD_OUT_SEED: () => FIRST_HELD_OUT_SEED,
  TUNED_PRICES: () => TUNED_PRICES,
  TrainConfig: () => TrainConfig,
  costAt: () => costAt,
  createActor: () => createActor,
  createEngine: () => createEngine,
  createScaleEnv: () => createScaleEnv,
  decodePolicy: () => decodePolicy,
  defaultHpa: () => defaultHpa,
  encodePolicy: () => encodePolicy,
  runScaleBaseline: () => runScaleBaseline,
  runTraining: () => runTraining,
  tuneBaselines: () => tuneBaselines,
  tunedClairvoyant: () => tunedClairvoyant,
  tunedHpa: () => tunedHpa,
  tunedPredictive: () => tunedPredictive,
  tunedQuantile: () => tunedQuantile
});
module.exports = __toCommonJS(stdin_exports);

// agent/rl/env/action.ts
function discreteAction(space, action) {
  const count3 = space.labels.length;
  if (typeof action === "number" && Number.isInteger(action) && action >= 0 && action < count3) return action;
  throw new RangeError(`action ${describe(action)} is no index from 0 to ${count3 - 1}`);
}
function describe(action) {
  return typeof action === "number" ? String(action) : `[${action.join(", ")}]`;
}

// agent/rl/env/rewardTerms.ts
function objectiveReward(env, onStep) {
  return new RewardedBy(env, () => {
    onStep(env.terms, env.objective);
    return env.objective;
  });
}
function hasRewardTerms(env) {
  return "rewardTerms" in env && "terms" in env && "objective" in env;
}
function weightedSum(weights, terms, offset) {
  let sum2 = 0;
  for (let index = 0; index < weights.length; index++) {
    sum2 += weights[index] * terms[offset + index];
  }
  return sum2;
}
var RewardedBy = class {
  spec;
  observationSpace;
  actionSpace;
  observation;
  #env;
  #reward;
  #result = { reward: 0, terminated: false, truncated: false };
  /** @param reward of the step that `env` has just done */
  constructor(env, reward) {
    this.spec = env.spec;
    this.observationSpace = env.observationSpace;
    this.actionSpace = env.actionSpace;
    this.observation = env.observation;
    this.#env = env;
    this.#reward = reward;
  }
  reset(seed) {
    this.#env.reset(seed);
  }
  step(action) {
    const { terminated, truncated } = this.#env.step(action);
    this.#result.reward = this.#reward();
    this.#result.terminated = terminated;
    this.#result.truncated = truncated;
    return this.#result;
  }
  info() {
    return this.#env.info();
  }
};

// agent/sim/random.ts
var Random = class {
  #a;
  #b;
  #c;
  #counter = 1;
  #spareGaussian = Number.NaN;
  constructor(seed) {
    let state = seed | 0;
    const next = () => {
      state = state + 2654435769 | 0;
      let mixed = state ^ state >>> 16;
      mixed = Math.imul(mixed, 569420461);
      mixed ^= mixed >>> 15;
      mixed = Math.imul(mixed, 1935289751);
      return mixed ^ mixed >>> 15;
    };
    this.#a = next();
    this.#b = next();
    this.#c = next();
    for (let warmUp = 0; warmUp < 12; warmUp++) this.uniform();
  }
  /** The generator's whole state, for `restore`; five numbers that survive JSON (NaN is told as null). */
  save() {
    const spare = Number.isNaN(this.#spareGaussian) ? null : this.#spareGaussian;
    return [this.#a, this.#b, this.#c, this.#counter, spare];
  }
  restore([a, b, c, counter, spare]) {
    this.#a = a;
    this.#b = b;
    this.#c = c;
    this.#counter = counter;
    this.#spareGaussian = spare ?? Number.NaN;
  }
  /** Uniform in [0, 1). */
  uniform() {
    const sum2 = this.#a + this.#b + this.#counter | 0;
    this.#counter = this.#counter + 1 | 0;
    this.#a = this.#b ^ this.#b >>> 9;
    this.#b = this.#c + (this.#c << 3) | 0;
    this.#c = this.#c << 21 | this.#c >>> 11;
    this.#c = this.#c + sum2 | 0;
    return (sum2 >>> 0) / 4294967296;
  }
  /** A whole number in [0, `end`). */
  below(end) {
    return Math.floor(this.uniform() * end);
  }
  /** Standard normal (Marsaglia's polar method). */
  gaussian() {
    const spare = this.#spareGaussian;
    if (!Number.isNaN(spare)) {
      this.#spareGaussian = Number.NaN;
      return spare;
    }
    for (; ; ) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s >= 1 || s === 0) continue;
      const factor = Math.sqrt(-2 * Math.log(s) / s);
      this.#spareGaussian = v * factor;
      return u * factor;
    }
  }
  /** Exponential with that mean. */
  exponential(mean2) {
    return -mean2 * Math.log(1 - this.uniform());
  }
  /** Poisson with that mean ≥ 0: by inversion, above 30 as a rounded normal (its skew is then below 0.2). */
  poisson(mean2) {
    if (mean2 <= 0) return 0;
    if (mean2 > 30) return Math.max(0, Math.round(mean2 + Math.sqrt(mean2) * this.gaussian()));
    let probability = Math.exp(-mean2);
    let rest = this.uniform() - probability;
    let count3 = 0;
    while (rest > 0 && count3 < 200) {
      count3++;
      probability *= mean2 / count3;
      rest -= probability;
    }
    return count3;
  }
};

// agent/tasks/scale/hpa/behavior.ts
function heedBehavior(rules, state, nowSeconds, current, recommended) {
  const stable = stabilise(rules, state, nowSeconds, current, recommended);
  return limit(rules, state, nowSeconds, current, stable);
}
function stabilise({ scaleUp, scaleDown }, { recommendations }, nowSeconds, current, recommended) {
  const lowest = recommendations.least(nowSeconds - scaleUp.stabilizationWindowSeconds, recommended);
  const highest = recommendations.greatest(nowSeconds - scaleDown.stabilizationWindowSeconds, recommended);
  recommendations.add(nowSeconds, recommended);
  return Math.min(Math.max(current, lowest), highest);
}
function limit(rules, state, nowSeconds, current, wanted) {
  if (wanted > current) {
    return Math.min(wanted, rules.maxReplicas, mostByPolicies(rules.scaleUp, state, nowSeconds, current));
  }
  if (wanted < current) {
    return Math.max(wanted, rules.minReplicas, leastByPolicies(rules.scaleDown, state, nowSeconds, current));
  }
  return wanted;
}
function mostByPolicies({ selectPolicy, policies }, state, nowSeconds, current) {
  if (selectPolicy === "Disabled") return current;
  let most2 = selectPolicy === "Min" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  for (let index = 0; index < policies.length; index++) {
    const { type, value, periodSeconds } = policies[index];
    const before = replicasBefore(state, nowSeconds - periodSeconds, current);
    const allowed = type === "Pods" ? before + value : Math.ceil(before * (100 + value) / 100);
    most2 = selectPolicy === "Min" ? Math.min(most2, allowed) : Math.max(most2, allowed);
  }
  return Math.max(most2, current);
}
function leastByPolicies({ selectPolicy, policies }, state, nowSeconds, current) {
  if (selectPolicy === "Disabled") return current;
  let least2 = selectPolicy === "Min" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  for (let index = 0; index < policies.length; index++) {
    const { type, value, periodSeconds } = policies[index];
    const before = replicasBefore(state, nowSeconds - periodSeconds, current);
    const allowed = type === "Pods" ? before - value : Math.floor(before * (100 - value) / 100);
    least2 = selectPolicy === "Min" ? Math.max(least2, allowed) : Math.min(least2, allowed);
  }
  return Math.min(least2, current);
}
function replicasBefore({ scaleUps, scaleDowns }, sinceSeconds, current) {
  return current - scaleUps.sum(sinceSeconds) + scaleDowns.sum(sinceSeconds);
}

// node_modules/zod/v4/core/util.js
var util_exports = {};
__export(util_exports, {
  BIGINT_FORMAT_RANGES: () => BIGINT_FORMAT_RANGES,
  CONSTANT_CATCH: () => CONSTANT_CATCH,
  Class: () => Class,
  NUMBER_FORMAT_RANGES: () => NUMBER_FORMAT_RANGES,
  aborted: () => aborted,
  allowsEval: () => allowsEval,
  assert: () => assert,
  assertEqual: () => assertEqual,
  assertIs: () => assertIs,
  assertNever: () => assertNever,
  assertNotEqual: () => assertNotEqual,
  assignProp: () => assignProp,
  attachSchema: () => attachSchema,
  base64ToUint8Array: () => base64ToUint8Array,
  base64urlToUint8Array: () => base64urlToUint8Array,
  cached: () => cached,
  captureStackTrace: () => captureStackTrace,
  cleanEnum: () => cleanEnum,
  cleanRegex: () => cleanRegex,
  clone: () => clone,
  cloneDef: () => cloneDef,
  codePointLength: () => codePointLength,
  constantCatch: () => constantCatch,
  createTransparentProxy: () => createTransparentProxy,
  defineLazy: () => defineLazy,
  defineLazyInternal: () => defineLazyInternal,
  derived: () => derived,
  esc: () => esc,
  escapeRegex: () => escapeRegex,
  explicitlyAborted: () => explicitlyAborted,
  extend: () => extend,
  finalizeIssue: () => finalizeIssue,
  floatSafeRemainder: () => floatSafeRemainder,
  getElementAtPath: () => getElementAtPath,
  getEnumValues: () => getEnumValues,
  getLengthableOrigin: () => getLengthableOrigin,
  getParsedType: () => getParsedType,
  getSizableOrigin: () => getSizableOrigin,
  hexToUint8Array: () => hexToUint8Array,
  hide: () => hide,
  installLazyProp: () => installLazyProp,
  isObject: () => isObject,
  isPlainObject: () => isPlainObject,
  issue: () => issue,
  joinValues: () => joinValues,
  jsonStringifyReplacer: () => jsonStringifyReplacer,
  members: () => members,
  merge: () => merge,
  mergeDefs: () => mergeDefs,
  normalizeParams: () => normalizeParams,
  nullish: () => nullish,
  numKeys: () => numKeys,
  objectClone: () => objectClone,
  omit: () => omit,
  optionalKeys: () => optionalKeys,
  own: () => own,
  parsedType: () => parsedType,
  partial: () => partial,
  pick: () => pick,
  prefixIssues: () => prefixIssues,
  primitiveTypes: () => primitiveTypes,
  promiseAllObject: () => promiseAllObject,
  propertyKeyTypes: () => propertyKeyTypes,
  randomString: () => randomString,
  rawShape: () => rawShape,
  required: () => required,
  safeExtend: () => safeExtend,
  shallowClone: () => shallowClone,
  sizeCaps: () => sizeCaps,
  slugify: () => slugify,
  stringifyPrimitive: () => stringifyPrimitive,
  toZod: () => toZod,
  uint8ArrayToBase64: () => uint8ArrayToBase64,
  uint8ArrayToBase64url: () => uint8ArrayToBase64url,
  uint8ArrayToHex: () => uint8ArrayToHex,
  unwrapMessage: () => unwrapMessage
});
function assertEqual(val) {
  return val;
}
function assertNotEqual(val) {
  return val;
}
function toZod() {
  return (schema) => schema;
}
function assertIs(_arg) {
}
function assertNever(_x) {
  throw new Error("Unexpected value in exhaustive check");
}
function assert(_) {
}
function getEnumValues(entries) {
  const numericValues = Object.values(entries).filter((v) => typeof v === "number");
  const values = Object.entries(entries).filter(([k, _]) => numericValues.indexOf(+k) === -1).map(([_, v]) => v);
  return values;
}
function joinValues(array2, separator = "|") {
  return array2.map((val) => stringifyPrimitive(val)).join(separator);
}
function jsonStringifyReplacer(_, value) {
  if (typeof value === "bigint")
    return value.toString();
  return value;
}
var Cached = class {
  constructor(getter) {
    this._getter = getter;
    this._value = void 0;
  }
  get value() {
    const getter = this._getter;
    if (getter !== void 0) {
      this._value = getter();
      this._getter = void 0;
    }
    return this._value;
  }
};
function cached(getter) {
  return new Cached(getter);
}
function nullish(input) {
  return input === null || input === void 0;
}
function cleanRegex(source) {
  const start = source.startsWith("^") ? 1 : 0;
  const end = source.endsWith("$") ? source.length - 1 : source.length;
  return source.slice(start, end);
}
function floatSafeRemainder(val, step) {
  const ratio2 = val / step;
  const roundedRatio = Math.round(ratio2);
  const tolerance = 4 * Number.EPSILON * Math.max(Math.abs(ratio2), 1);
  if (Math.abs(ratio2 - roundedRatio) < tolerance)
    return 0;
  return ratio2 - roundedRatio;
}
var EVALUATING = /* @__PURE__ */ Symbol("evaluating");
function defineLazy(object2, key, getter) {
  let value = void 0;
  Object.defineProperty(object2, key, {
    get() {
      if (value === EVALUATING) {
        return void 0;
      }
      if (value === void 0) {
        value = EVALUATING;
        value = getter();
      }
      return value;
    },
    set(v) {
      Object.defineProperty(object2, key, {
        value: v
        // configurable: true,
      });
    },
    configurable: true
  });
}
function objectClone(obj) {
  return Object.create(Object.getPrototypeOf(obj), Object.getOwnPropertyDescriptors(obj));
}
function assignProp(target, prop, value) {
  Object.defineProperty(target, prop, {
    value,
    writable: true,
    enumerable: true,
    configurable: true
  });
}
function rawShape(def) {
  const desc = Object.getOwnPropertyDescriptor(def, "shape");
  return desc?.get ? desc.get.raw : desc?.value;
}
function sourceShape(schema) {
  return rawShape(schema._zod.def) ?? schema._zod.def.shape;
}
function deferProp(target, key, getter) {
  Object.defineProperty(target, key, {
    get() {
      const value = getter();
      assignProp(this, key, value);
      return value;
    },
    enumerable: true,
    configurable: true
  });
}
function putProp(target, key, value) {
  if (key in target)
    assignProp(target, key, value);
  else
    target[key] = value;
}
function mirrorShape(target, source, keys, wrap) {
  const raw = sourceShape(source);
  for (const key of keys) {
    const desc = Object.getOwnPropertyDescriptor(raw, key);
    if (!desc.enumerable)
      continue;
    if (desc.get) {
      deferProp(target, key, () => {
        const value = source._zod.def.shape[key];
        return wrap ? wrap(value, key) : value;
      });
    } else
      putProp(target, key, wrap ? wrap(desc.value, key) : desc.value);
  }
}
function mirrorProps(target, source) {
  for (const key of Reflect.ownKeys(source)) {
    const desc = Object.getOwnPropertyDescriptor(source, key);
    if (!desc.enumerable)
      continue;
    if (desc.get)
      deferProp(target, key, () => source[key]);
    else
      putProp(target, key, desc.value);
  }
}
function mergeDefs(...defs) {
  const mergedDescriptors = {};
  for (const def of defs) {
    const descriptors = Object.getOwnPropertyDescriptors(def);
    Object.assign(mergedDescriptors, descriptors);
  }
  return Object.defineProperties({}, mergedDescriptors);
}
function cloneDef(schema) {
  return mergeDefs(schema._zod.def);
}
function getElementAtPath(obj, path) {
  if (!path)
    return obj;
  return path.reduce((acc, key) => acc?.[key], obj);
}
function promiseAllObject(promisesObj) {
  const keys = Object.keys(promisesObj);
  const promises = keys.map((key) => promisesObj[key]);
  return Promise.all(promises).then((results) => {
    const resolvedObj = {};
    for (let i = 0; i < keys.length; i++) {
      resolvedObj[keys[i]] = results[i];
    }
    return resolvedObj;
  });
}
function randomString(length = 10) {
  const chars = "abcdefghijklmnopqrstuvwxyz";
  let str = "";
  for (let i = 0; i < length; i++) {
    str += chars[Math.floor(Math.random() * chars.length)];
  }
  return str;
}
function esc(str) {
  return JSON.stringify(str);
}
function slugify(input) {
  return input.toLowerCase().trim().replace(/[^\w\s-]/g, "").replace(/[\s_-]+/g, "-").replace(/^-+|-+$/g, "");
}
var captureStackTrace = "captureStackTrace" in Error ? Error.captureStackTrace : (..._args) => {
};
function isObject(data) {
  return typeof data === "object" && data !== null && !Array.isArray(data);
}
var allowsEval = /* @__PURE__ */ cached(() => {
  if (globalConfig.jitless) {
    return false;
  }
  if (typeof navigator !== "undefined" && navigator?.userAgent?.includes("Cloudflare")) {
    return false;
  }
  try {
    const F = Function;
    new F("");
    return true;
  } catch (_) {
    return false;
  }
});
function isPlainObject(o) {
  if (isObject(o) === false)
    return false;
  const ctor = o.constructor;
  if (ctor === void 0)
    return true;
  if (typeof ctor !== "function")
    return true;
  const prot = ctor.prototype;
  if (isObject(prot) === false)
    return false;
  if (Object.prototype.hasOwnProperty.call(prot, "isPrototypeOf") === false) {
    return false;
  }
  return true;
}
function shallowClone(o) {
  if (isPlainObject(o))
    return { ...o };
  if (Array.isArray(o))
    return [...o];
  if (o instanceof Map)
    return new Map(o);
  if (o instanceof Set)
    return new Set(o);
  return o;
}
function numKeys(data) {
  let keyCount = 0;
  for (const key in data) {
    if (Object.prototype.hasOwnProperty.call(data, key)) {
      keyCount++;
    }
  }
  return keyCount;
}
var getParsedType = (data) => {
  const t = typeof data;
  switch (t) {
    case "undefined":
      return "undefined";
    case "string":
      return "string";
    case "number":
      return Number.isNaN(data) ? "nan" : "number";
    case "boolean":
      return "boolean";
    case "function":
      return "function";
    case "bigint":
      return "bigint";
    case "symbol":
      return "symbol";
    case "object":
      if (Array.isArray(data)) {
        return "array";
      }
      if (data === null) {
        return "null";
      }
      if (data.then && typeof data.then === "function" && data.catch && typeof data.catch === "function") {
        return "promise";
      }
      if (typeof Map !== "undefined" && data instanceof Map) {
        return "map";
      }
      if (typeof Set !== "undefined" && data instanceof Set) {
        return "set";
      }
      if (typeof Date !== "undefined" && data instanceof Date) {
        return "date";
      }
      if (typeof File !== "undefined" && data instanceof File) {
        return "file";
      }
      return "object";
    default:
      throw new Error(`Unknown data type: ${t}`);
  }
};
var propertyKeyTypes = /* @__PURE__ */ new Set(["string", "number", "symbol"]);
var primitiveTypes = /* @__PURE__ */ new Set([
  "string",
  "number",
  "bigint",
  "boolean",
  "symbol",
  "undefined"
]);
function escapeRegex(str) {
  return str.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
function clone(inst, def, params) {
  const cl = new inst._zod.constr(def ?? inst._zod.def);
  if (!def || params?.parent)
    cl._zod.parent = inst;
  return cl;
}
function normalizeParams(_params) {
  const params = _params;
  if (!params)
    return {};
  if (typeof params === "string")
    return { error: () => params };
  if (params?.message !== void 0) {
    if (params?.error !== void 0)
      throw new Error("Cannot specify both `message` and `error` params");
    params.error = params.message;
  }
  delete params.message;
  if (typeof params.error === "string")
    return { ...params, error: () => params.error };
  return params;
}
function createTransparentProxy(getter) {
  let target;
  return new Proxy({}, {
    get(_, prop, receiver) {
      target ?? (target = getter());
      return Reflect.get(target, prop, receiver);
    },
    set(_, prop, value, receiver) {
      target ?? (target = getter());
      return Reflect.set(target, prop, value, receiver);
    },
    has(_, prop) {
      target ?? (target = getter());
      return Reflect.has(target, prop);
    },
    deleteProperty(_, prop) {
      target ?? (target = getter());
      return Reflect.deleteProperty(target, prop);
    },
    ownKeys(_) {
      target ?? (target = getter());
      return Reflect.ownKeys(target);
    },
    getOwnPropertyDescriptor(_, prop) {
      target ?? (target = getter());
      return Reflect.getOwnPropertyDescriptor(target, prop);
    },
    defineProperty(_, prop, descriptor) {
      target ?? (target = getter());
      return Reflect.defineProperty(target, prop, descriptor);
    }
  });
}
function stringifyPrimitive(value) {
  if (typeof value === "bigint")
    return value.toString() + "n";
  if (typeof value === "string")
    return `"${value}"`;
  return `${value}`;
}
function optionalKeys(shape) {
  return Object.keys(shape).filter((k) => {
    return shape[k]._zod.optin !== void 0 && shape[k]._zod.optout === "optional";
  });
}
var NUMBER_FORMAT_RANGES = /* @__PURE__ */ (() => ({
  safeint: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  int32: [-2147483648, 2147483647],
  uint32: [0, 4294967295],
  float32: [-34028234663852886e22, 34028234663852886e22],
  float64: [-Number.MAX_VALUE, Number.MAX_VALUE]
}))();
var BIGINT_FORMAT_RANGES = {
  int64: [/* @__PURE__ */ BigInt("-9223372036854775808"), /* @__PURE__ */ BigInt("9223372036854775807")],
  uint64: [/* @__PURE__ */ BigInt(0), /* @__PURE__ */ BigInt("18446744073709551615")]
};
function pick(schema, mask) {
  const currDef = schema._zod.def;
  const checks = currDef.checks;
  const hasChecks = checks && checks.length > 0;
  if (hasChecks) {
    throw new Error(".pick() cannot be used on object schemas containing refinements");
  }
  const newShape = {};
  mirrorShape(newShape, schema, maskedKeys(schema, mask));
  return clone(schema, mergeDefs(currDef, { shape: newShape, checks: [] }));
}
function maskedKeys(schema, mask) {
  const raw = sourceShape(schema);
  const keys = [];
  for (const key of Reflect.ownKeys(mask)) {
    if (!Object.getOwnPropertyDescriptor(raw, key)?.enumerable) {
      throw new Error(`Unrecognized key: "${String(key)}"`);
    }
    if (mask[key])
      keys.push(key);
  }
  return keys;
}
function omit(schema, mask) {
  const currDef = schema._zod.def;
  const checks = currDef.checks;
  const hasChecks = checks && checks.length > 0;
  if (hasChecks) {
    throw new Error(".omit() cannot be used on object schemas containing refinements");
  }
  const omitted = new Set(maskedKeys(schema, mask));
  const newShape = {};
  mirrorShape(newShape, schema, Reflect.ownKeys(sourceShape(schema)).filter((key) => !omitted.has(key)));
  return clone(schema, mergeDefs(currDef, { shape: newShape, checks: [] }));
}
function extend(schema, shape) {
  if (!isPlainObject(shape)) {
    throw new Error("Invalid input to extend: expected a plain object");
  }
  const checks = schema._zod.def.checks;
  const hasChecks = checks && checks.length > 0;
  if (hasChecks) {
    const existingShape = sourceShape(schema);
    for (const key of Reflect.ownKeys(shape)) {
      if (Object.getOwnPropertyDescriptor(existingShape, key) !== void 0) {
        throw new Error("Cannot overwrite keys on object schemas containing refinements. Use `.safeExtend()` instead.");
      }
    }
  }
  return clone(schema, mergeDefs(schema._zod.def, { shape: extended(schema, shape) }));
}
function extended(schema, shape) {
  const newShape = {};
  mirrorShape(newShape, schema, Reflect.ownKeys(sourceShape(schema)));
  mirrorProps(newShape, shape);
  return newShape;
}
function safeExtend(schema, shape) {
  if (!isPlainObject(shape)) {
    throw new Error("Invalid input to safeExtend: expected a plain object");
  }
  return clone(schema, mergeDefs(schema._zod.def, { shape: extended(schema, shape) }));
}
function merge(a, b) {
  if (!b?._zod?.def) {
    throw new Error("Invalid input to merge: expected an object schema. To merge a plain shape, use `.extend()`.");
  }
  if (a._zod.def.checks?.length) {
    throw new Error(".merge() cannot be used on object schemas containing refinements. Use .safeExtend() instead.");
  }
  const newShape = {};
  mirrorShape(newShape, a, Reflect.ownKeys(sourceShape(a)));
  mirrorShape(newShape, b, Reflect.ownKeys(sourceShape(b)));
  const def = mergeDefs(a._zod.def, {
    shape: newShape,
    get catchall() {
      return b._zod.def.catchall;
    },
    checks: b._zod.def.checks ?? []
  });
  return clone(a, def);
}
function partial(Class2, schema, mask, name = "partial") {
  const currDef = schema._zod.def;
  const checks = currDef.checks;
  const hasChecks = checks && checks.length > 0;
  if (hasChecks) {
    throw new Error(`.${name}() cannot be used on object schemas containing refinements`);
  }
  const selected = mask ? new Set(maskedKeys(schema, mask)) : void 0;
  const newShape = {};
  mirrorShape(newShape, schema, Reflect.ownKeys(sourceShape(schema)), Class2 && ((value, key) => selected && !selected.has(key) ? value : new Class2({ type: "optional", innerType: value })));
  return clone(schema, mergeDefs(schema._zod.def, { shape: newShape, checks: [] }));
}
function required(Class2, schema, mask) {
  const selected = mask ? new Set(maskedKeys(schema, mask)) : void 0;
  const newShape = {};
  mirrorShape(newShape, schema, Reflect.ownKeys(sourceShape(schema)), (value, key) => (
    // overwrite with non-optional
    selected && !selected.has(key) ? value : new Class2({ type: "nonoptional", innerType: value })
  ));
  return clone(schema, mergeDefs(schema._zod.def, { shape: newShape }));
}
function aborted(x, startIndex = 0) {
  if (x.aborted === true)
    return true;
  for (let i = startIndex; i < x.issues.length; i++) {
    if (x.issues[i]?.continue !== true) {
      return true;
    }
  }
  return false;
}
function explicitlyAborted(x, startIndex = 0) {
  if (x.aborted === true)
    return true;
  for (let i = startIndex; i < x.issues.length; i++) {
    if (x.issues[i]?.continue === false) {
      return true;
    }
  }
  return false;
}
function prefixIssues(path, issues) {
  return issues.map((iss) => {
    var _a3;
    (_a3 = iss).path ?? (_a3.path = []);
    iss.path.unshift(path);
    return iss;
  });
}
function unwrapMessage(message2) {
  return typeof message2 === "string" ? message2 : message2?.message;
}
function sizeCaps(defChecks) {
  const caps = [];
  for (const ch of defChecks ?? []) {
    const d = ch._zod.def;
    if (!/_(length|size)$|_equals$/.test(d.check))
      break;
    const max = d.maximum ?? d.length ?? d.size;
    if (max >= 0)
      caps.push([max, ch]);
  }
  return caps;
}
function attachSchema(issues, start, inst) {
  var _a3;
  for (let i = start; i < issues.length; i++) {
    (_a3 = issues[i]).schema ?? (_a3.schema = inst);
  }
}
function finalizeIssue(iss, ctx, config2) {
  var _a3;
  const traits = iss.inst?._zod?.traits;
  if (traits?.has("$ZodType")) {
    if (traits.has("$ZodCheck"))
      (_a3 = iss).schema ?? (_a3.schema = iss.inst);
    else
      iss.schema = iss.inst;
  }
  const schemaError = iss.schema !== iss.inst ? iss.schema?._zod.def?.error : void 0;
  const message2 = iss.message ? iss.message : unwrapMessage(iss.inst?._zod.def?.error?.(iss)) ?? unwrapMessage(schemaError?.(iss)) ?? unwrapMessage(ctx?.error?.(iss)) ?? unwrapMessage(config2.customError?.(iss)) ?? unwrapMessage(config2.localeError?.(iss)) ?? "Invalid input";
  const full = {};
  for (const k of Object.keys(iss)) {
    if (k === "inst" || k === "schema" || k === "continue" || k === "input" || k === "__proto__")
      continue;
    full[k] = iss[k];
  }
  full.path ?? (full.path = []);
  full.message = message2;
  if (ctx?.reportInput) {
    full.input = iss.input;
  }
  return full;
}
function getSizableOrigin(input) {
  if (input instanceof Set)
    return "set";
  if (input instanceof Map)
    return "map";
  if (input instanceof File)
    return "file";
  return "unknown";
}
var highSurrogate = /[\uD800-\uDBFF]/;
function codePointLength(str) {
  const units = str.length;
  if (!highSurrogate.test(str))
    return units;
  let count3 = units;
  for (let i = 0; i < units - 1; i++) {
    if ((str.charCodeAt(i) & 64512) === 55296 && (str.charCodeAt(i + 1) & 64512) === 56320) {
      count3--;
      i++;
    }
  }
  return count3;
}
function getLengthableOrigin(input) {
  if (Array.isArray(input))
    return "array";
  if (typeof input === "string")
    return "string";
  return "unknown";
}
function parsedType(data) {
  const t = typeof data;
  switch (t) {
    case "number": {
      return Number.isNaN(data) ? "nan" : "number";
    }
    case "object": {
      if (data === null) {
        return "null";
      }
      if (Array.isArray(data)) {
        return "array";
      }
      const obj = data;
      if (obj && Object.getPrototypeOf(obj) !== Object.prototype && "constructor" in obj && obj.constructor) {
        return obj.constructor.name;
      }
    }
  }
  return t;
}
function issue(...args) {
  const [iss, input, inst] = args;
  if (typeof iss === "string") {
    return {
      message: iss,
      code: "custom",
      input,
      inst
    };
  }
  return { ...iss };
}
function cleanEnum(obj) {
  return Object.entries(obj).filter(([k, _]) => {
    return Number.isNaN(Number.parseInt(k, 10));
  }).map((el) => el[1]);
}
function base64ToUint8Array(base642) {
  const binaryString = atob(base642);
  const bytes = new Uint8Array(binaryString.length);
  for (let i = 0; i < binaryString.length; i++) {
    bytes[i] = binaryString.charCodeAt(i);
  }
  return bytes;
}
function uint8ArrayToBase64(bytes) {
  let binaryString = "";
  for (let i = 0; i < bytes.length; i++) {
    binaryString += String.fromCharCode(bytes[i]);
  }
  return btoa(binaryString);
}
function base64urlToUint8Array(base64url2) {
  const base642 = base64url2.replace(/-/g, "+").replace(/_/g, "/");
  const padding = "=".repeat((4 - base642.length % 4) % 4);
  return base64ToUint8Array(base642 + padding);
}
function uint8ArrayToBase64url(bytes) {
  return uint8ArrayToBase64(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
}
function hexToUint8Array(hex) {
  const cleanHex = hex.replace(/^0x/, "");
  if (cleanHex.length % 2 !== 0) {
    throw new Error("Invalid hex string length");
  }
  const bytes = new Uint8Array(cleanHex.length / 2);
  for (let i = 0; i < cleanHex.length; i += 2) {
    bytes[i / 2] = Number.parseInt(cleanHex.slice(i, i + 2), 16);
  }
  return bytes;
}
function uint8ArrayToHex(bytes) {
  return Array.from(bytes).map((b) => b.toString(16).padStart(2, "0")).join("");
}
var Class = class {
  constructor(..._args) {
  }
};
function members(proto, table) {
  for (const key in table) {
    const desc = Object.getOwnPropertyDescriptor(table, key);
    if (desc.get)
      Object.defineProperty(proto, key, { ...desc, enumerable: false });
    else
      defineBound(proto, key, desc.value);
  }
}
function own(inst, key, value, enumerable = true) {
  Object.defineProperty(inst, key, { configurable: true, writable: true, enumerable, value });
  return value;
}
function hide(inst, key, value) {
  return own(inst, key, value, false);
}
// @__NO_SIDE_EFFECTS__
function derived(computes, table) {
  for (const key in computes) {
    const compute = computes[key];
    Object.defineProperty(table, key, {
      configurable: true,
      enumerable: true,
      get() {
        return own(this, key, compute(this));
      },
      set(value) {
        own(this, key, value);
      }
    });
  }
  return table;
}
function defineBound(proto, key, fn) {
  Object.defineProperty(proto, key, {
    configurable: true,
    get() {
      return this == null ? fn : own(this, key, fn.bind(this));
    },
    set(value) {
      own(this, key, value);
    }
  });
}
function claim(inst, sentinel) {
  const proto = Object.getPrototypeOf(inst);
  return sentinel in proto ? void 0 : proto;
}
var installing;
var broke = false;
var breaker = {
  configurable: true,
  get() {
    broke = true;
    return void 0;
  }
};
function defineLazyInternal(inst, key, compute) {
  const proto = Object.getPrototypeOf(inst._zod);
  if (key in proto && installing !== inst._zod) {
    installing = void 0;
    return;
  }
  installing = inst._zod;
  Object.defineProperty(proto, key, {
    configurable: true,
    get() {
      Object.defineProperty(this, key, breaker);
      const outer = broke;
      broke = false;
      try {
        const value = compute(this);
        if (broke)
          delete this[key];
        else
          Object.defineProperty(this, key, { configurable: true, writable: true, value });
        broke = broke || outer;
        return value;
      } catch (err) {
        delete this[key];
        broke = broke || outer;
        throw err;
      }
    },
    set(value) {
      Object.defineProperty(this, key, { configurable: true, writable: true, value });
    }
  });
}
function installLazyProp(inst, key, make, enumerable) {
  const proto = claim(inst, key);
  if (!proto)
    return;
  Object.defineProperty(proto, key, {
    configurable: true,
    get() {
      const desc = { configurable: true, writable: true, enumerable, value: void 0 };
      Object.defineProperty(this, key, desc);
      desc.value = make(this);
      Object.defineProperty(this, key, desc);
      return desc.value;
    },
    set(value) {
      Object.defineProperty(this, key, { configurable: true, writable: true, enumerable, value });
    }
  });
}
var CONSTANT_CATCH = "~constantCatch";
function constantCatch(value) {
  const fn = () => value;
  fn[CONSTANT_CATCH] = true;
  return fn;
}

// node_modules/zod/v4/core/core.js
var _a;
var NEVER = /* @__PURE__ */ Object.freeze({
  status: "aborted"
});
var _zodDesc = { value: void 0, enumerable: false };
var _E = "captureStackTrace" in Error ? Error : null;
function newError(Definition) {
  const E = _E;
  if (E) {
    const saved = E.stackTraceLimit;
    if (typeof saved === "number") {
      try {
        E.stackTraceLimit = 0;
      } catch {
        _E = null;
        return new Definition();
      }
      try {
        return new Definition();
      } finally {
        E.stackTraceLimit = saved;
      }
    }
  }
  return new Definition();
}
// @__NO_SIDE_EFFECTS__
function $constructor(name, initializer3, proto, params) {
  const zodProto = {};
  function Internals(def) {
    this.def = def;
    this.constr = _;
    this.traits = /* @__PURE__ */ new Set();
  }
  Internals.prototype = zodProto;
  const protoMembers = proto;
  const initialized = protoMembers && /* @__PURE__ */ new WeakSet();
  function init(inst, def) {
    if (!inst._zod) {
      _zodDesc.value = new Internals(def);
      try {
        Object.defineProperty(inst, "_zod", _zodDesc);
      } finally {
        _zodDesc.value = void 0;
      }
    } else if (inst._zod.traits.has(name)) {
      return;
    }
    inst._zod.traits.add(name);
    initializer3(inst, def);
    if (initialized) {
      const own2 = Object.getPrototypeOf(inst);
      const ctorProto = inst._zod.constr.prototype;
      let up = own2;
      while (up && up !== ctorProto)
        up = Object.getPrototypeOf(up);
      const target = up ?? own2;
      if (!initialized.has(target)) {
        initialized.add(target);
        members(target, protoMembers);
      }
    }
    const proto2 = _.prototype;
    for (const k in proto2) {
      if (!Object.prototype.hasOwnProperty.call(proto2, k))
        continue;
      if (!(k in inst)) {
        inst[k] = proto2[k].bind(inst);
      }
    }
  }
  const Parent = params?.Parent ?? Object;
  class Definition extends Parent {
  }
  Object.defineProperty(Definition, "name", { value: name });
  function _(def) {
    const inst = params?.Parent ? newError(Definition) : this;
    init(inst, def);
    const deferred = inst._zod.deferred;
    if (deferred) {
      for (const fn of deferred) {
        fn();
      }
      inst._zod.deferred = void 0;
    }
    const pp = globalThis.__zod_globalConfig?.postProcessor;
    if (pp)
      pp(inst);
    return inst;
  }
  Object.defineProperty(_, "init", { value: init });
  Object.defineProperty(_, Symbol.hasInstance, {
    value: (inst) => {
      if (params?.Parent && inst instanceof params.Parent)
        return true;
      return inst?._zod?.traits?.has(name);
    }
  });
  Object.defineProperty(_, "name", { value: name });
  return _;
}
var $ZodAsyncError = class extends Error {
  constructor() {
    super(`Encountered Promise during synchronous parse. Use .parseAsync() instead.`);
  }
};
var $ZodEncodeError = class extends Error {
  constructor(name) {
    super(`Encountered unidirectional transform during encode: ${name}`);
    this.name = "ZodEncodeError";
  }
};
(_a = globalThis).__zod_globalConfig ?? (_a.__zod_globalConfig = {});
var globalConfig = globalThis.__zod_globalConfig;
function config(newConfig) {
  if (newConfig)
    Object.assign(globalConfig, newConfig);
  return globalConfig;
}

// node_modules/zod/v4/core/errors.js
function _getMessage() {
  const internals = this._zod;
  internals.message ?? (internals.message = JSON.stringify(internals.def, jsonStringifyReplacer, 2));
  return internals.message;
}
function _setMessage(value) {
  this._zod.message = value;
}
var _messageDesc = {
  get: _getMessage,
  set: _setMessage,
  enumerable: true,
  configurable: true
};
var _issuesDesc = { value: void 0, enumerable: false };
var _installedToString = /* @__PURE__ */ new WeakSet([Object.prototype, Error.prototype]);
var initializer = (inst, def) => {
  inst.name = "$ZodError";
  _issuesDesc.value = def;
  Object.defineProperty(inst, "issues", _issuesDesc);
  _issuesDesc.value = void 0;
  Object.defineProperty(inst, "message", _messageDesc);
  const proto = Object.getPrototypeOf(inst);
  if (!_installedToString.has(proto)) {
    _installedToString.add(proto);
    Object.defineProperty(proto, "toString", {
      configurable: true,
      enumerable: false,
      get() {
        const value = () => this.message;
        Object.defineProperty(this, "toString", { value, configurable: true, writable: true });
        return value;
      },
      set(value) {
        Object.defineProperty(this, "toString", { value, configurable: true, writable: true });
      }
    });
  }
};
var $ZodError = $constructor("$ZodError", initializer);
var $ZodRealError = $constructor("$ZodError", initializer, void 0, {
  Parent: Error
});
function node(obj, key, make) {
  if (!Object.prototype.hasOwnProperty.call(obj, key)) {
    if (key === "__proto__") {
      Object.defineProperty(obj, key, { value: make(), writable: true, enumerable: true, configurable: true });
    } else {
      obj[key] = make();
    }
  }
  return obj[key];
}
function flattenError(error2, mapper = (issue2) => issue2.message) {
  const fieldErrors = {};
  const formErrors = [];
  for (const sub of error2.issues) {
    if (sub.path.length > 0) {
      node(fieldErrors, sub.path[0], () => []).push(mapper(sub));
    } else {
      formErrors.push(mapper(sub));
    }
  }
  return { formErrors, fieldErrors };
}
function formatError(error2, mapper = (issue2) => issue2.message) {
  const fieldErrors = { _errors: [] };
  const processError = (error3, path = []) => {
    for (const issue2 of error3.issues) {
      if (issue2.code === "invalid_union" && issue2.errors.length) {
        issue2.errors.map((issues) => processError({ issues }, [...path, ...issue2.path]));
      } else if (issue2.code === "invalid_key") {
        processError({ issues: issue2.issues }, [...path, ...issue2.path]);
      } else if (issue2.code === "invalid_element") {
        processError({ issues: issue2.issues }, [...path, ...issue2.path]);
      } else {
        const fullpath = [...path, ...issue2.path];
        if (fullpath.length === 0) {
          fieldErrors._errors.push(mapper(issue2));
        } else {
          let curr = fieldErrors;
          let i = 0;
          while (i < fullpath.length) {
            const el = fullpath[i];
            const terminal = i === fullpath.length - 1;
            if (el === "_errors") {
              if (terminal)
                curr._errors.push(mapper(issue2));
              i++;
              continue;
            }
            if (!Object.prototype.hasOwnProperty.call(curr, el)) {
              Object.defineProperty(curr, el, {
                value: { _errors: [] },
                enumerable: true,
                writable: true,
                configurable: true
              });
            }
            const node2 = curr[el];
            if (terminal) {
              node2._errors.push(mapper(issue2));
            }
            curr = node2;
            i++;
          }
        }
      }
    }
  };
  processError(error2);
  return fieldErrors;
}

// node_modules/zod/v4/core/parse.js
function finalizeParams(callee, params) {
  return { callee: params?.callee ?? callee, Err: params?.Err };
}
var _parse = (_Err) => {
  const fn = (schema, value, _ctx, _params) => {
    const ctx = _ctx ? { ..._ctx, async: false } : { async: false };
    const result = schema._zod.run({ value, issues: [] }, ctx);
    if (result instanceof Promise) {
      throw new $ZodAsyncError();
    }
    if (result.issues.length) {
      const e = new (_params?.Err ?? _Err)(result.issues.map((iss) => finalizeIssue(iss, ctx, config())));
      captureStackTrace(e, _params?.callee ?? fn);
      throw e;
    }
    return result.value;
  };
  return fn;
};
var _parseAsync = (_Err) => {
  const fn = async (schema, value, _ctx, params) => {
    const ctx = _ctx ? { ..._ctx, async: true } : { async: true };
    let result = schema._zod.run({ value, issues: [] }, ctx);
    if (result instanceof Promise)
      result = await result;
    if (result.issues.length) {
      const e = new (params?.Err ?? _Err)(result.issues.map((iss) => finalizeIssue(iss, ctx, config())));
      captureStackTrace(e, params?.callee ?? fn);
      throw e;
    }
    return result.value;
  };
  return fn;
};
var _safeParse = (_Err) => (schema, value, _ctx) => {
  const ctx = _ctx ? { ..._ctx, async: false } : { async: false };
  const result = schema._zod.run({ value, issues: [] }, ctx);
  if (result instanceof Promise) {
    throw new $ZodAsyncError();
  }
  return result.issues.length ? failure(_Err, result.issues, ctx) : { success: true, data: result.value };
};
function failure(Err, issues, ctx) {
  let error2;
  return {
    success: false,
    get error() {
      if (!error2) {
        error2 = new Err(issues.map((iss) => finalizeIssue(iss, ctx, config())));
        issues = void 0;
        ctx = void 0;
      }
      return error2;
    },
    set error(e) {
      error2 = e;
      issues = void 0;
      ctx = void 0;
    }
  };
}
var _safeParseAsync = (_Err) => async (schema, value, _ctx) => {
  const ctx = _ctx ? { ..._ctx, async: true } : { async: true };
  let result = schema._zod.run({ value, issues: [] }, ctx);
  if (result instanceof Promise)
    result = await result;
  return result.issues.length ? failure(_Err, result.issues, ctx) : { success: true, data: result.value };
};
var COMPILE_INVALID = /* @__PURE__ */ Symbol.for("zod.compile.invalid");
var COMPILE_FALLBACK = /* @__PURE__ */ Symbol.for("zod.compile.fallback");
var validate = ((schema, value, _ctx) => {
  const validator = schema._zod.bag.validator;
  if (validator !== void 0) {
    if (validator(value) !== COMPILE_INVALID)
      return true;
    if (validator.definite === true && _ctx === void 0)
      return false;
  }
  return validateFallback(schema, value, _ctx);
});
function validateFallback(schema, value, _ctx) {
  const ctx = _ctx ? { ..._ctx, async: false, abortEarly: true } : { async: false, abortEarly: true };
  const fallbackRun = schema._zod.bag.fallbackRun;
  let result;
  if (fallbackRun) {
    ctx[COMPILE_FALLBACK] = true;
    result = fallbackRun({ value, issues: [] }, ctx);
  } else {
    result = schema._zod.run({ value, issues: [] }, ctx);
  }
  if (result instanceof Promise) {
    throw new $ZodAsyncError();
  }
  return result.issues.length === 0;
}
var validateAsync = async (schema, value, _ctx) => {
  const ctx = _ctx ? { ..._ctx, async: true, abortEarly: true } : { async: true, abortEarly: true };
  let result = schema._zod.run({ value, issues: [] }, ctx);
  if (result instanceof Promise)
    result = await result;
  return result.issues.length === 0;
};
var _encode = (_Err) => {
  const parse3 = _parse(_Err);
  const fn = (schema, value, _ctx, _params) => {
    const ctx = _ctx ? { ..._ctx, direction: "backward" } : { direction: "backward" };
    return parse3(schema, value, ctx, finalizeParams(fn, _params));
  };
  return fn;
};
var _decode = (_Err) => {
  const parse3 = _parse(_Err);
  const fn = (schema, value, _ctx, _params) => {
    return parse3(schema, value, _ctx, finalizeParams(fn, _params));
  };
  return fn;
};
var _encodeAsync = (_Err) => {
  const parseAsync2 = _parseAsync(_Err);
  const fn = async (schema, value, _ctx, _params) => {
    const ctx = _ctx ? { ..._ctx, direction: "backward" } : { direction: "backward" };
    return await parseAsync2(schema, value, ctx, finalizeParams(fn, _params));
  };
  return fn;
};
var _decodeAsync = (_Err) => {
  const parseAsync2 = _parseAsync(_Err);
  const fn = async (schema, value, _ctx, _params) => {
    return await parseAsync2(schema, value, _ctx, finalizeParams(fn, _params));
  };
  return fn;
};
var _safeEncode = (_Err) => (schema, value, _ctx) => {
  const ctx = _ctx ? { ..._ctx, direction: "backward" } : { direction: "backward" };
  return _safeParse(_Err)(schema, value, ctx);
};
var _safeDecode = (_Err) => (schema, value, _ctx) => {
  return _safeParse(_Err)(schema, value, _ctx);
};
var _safeEncodeAsync = (_Err) => async (schema, value, _ctx) => {
  const ctx = _ctx ? { ..._ctx, direction: "backward" } : { direction: "backward" };
  return _safeParseAsync(_Err)(schema, value, ctx);
};
var _safeDecodeAsync = (_Err) => async (schema, value, _ctx) => {
  return _safeParseAsync(_Err)(schema, value, _ctx);
};

// node_modules/zod/v4/core/regexes.js
var cuid = /^[cC][0-9a-z]{6,}$/;
var cuid2 = /^[0-9a-z]+$/;
var ulid = /^[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}$/;
var xid = /^[0-9a-vA-V]{20}$/;
var ksuid = /^[A-Za-z0-9]{27}$/;
var nanoid = /^[a-zA-Z0-9_-]{21}$/;
function nanoidOfLength(length) {
  return new RegExp(`^[a-zA-Z0-9_-]{${length}}$`);
}
var duration = /^P(?:(\d+W)|(?!.*W)(?=\d|T\d)(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+([.,]\d+)?S)?)?)$/;
var guid = /^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})$/;
var uuid = (version2) => {
  if (!version2)
    return /^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff)$/;
  return new RegExp(`^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-${version2}[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12})$`);
};
var email = /^(?:[A-Za-z0-9_'+\-]+\.)*[A-Za-z0-9_'+\-]*[A-Za-z0-9_+-]@(?:[A-Za-z0-9][A-Za-z0-9\-]*\.)+[A-Za-z]{2,}$/;
var _emoji = `^(?=[\\s\\S]*[\\p{Extended_Pictographic}\\p{Regional_Indicator}\\u20E3])[\\p{Extended_Pictographic}\\p{Emoji_Component}]+$`;
function emoji() {
  return new RegExp(_emoji, "u");
}
var ipv4 = /^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])$/;
var ipv6 = /^(([0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}|([0-9a-fA-F]{1,4}:){1,7}:|([0-9a-fA-F]{1,4}:){1,6}:[0-9a-fA-F]{1,4}|([0-9a-fA-F]{1,4}:){1,5}(:[0-9a-fA-F]{1,4}){1,2}|([0-9a-fA-F]{1,4}:){1,4}(:[0-9a-fA-F]{1,4}){1,3}|([0-9a-fA-F]{1,4}:){1,3}(:[0-9a-fA-F]{1,4}){1,4}|([0-9a-fA-F]{1,4}:){1,2}(:[0-9a-fA-F]{1,4}){1,5}|[0-9a-fA-F]{1,4}:((:[0-9a-fA-F]{1,4}){1,6})|:((:[0-9a-fA-F]{1,4}){1,7}|:))$/;
var cidrv4 = /^((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])\.){3}(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])\/([0-9]|[1-2][0-9]|3[0-2])$/;
var cidrv6 = /^(([0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}|([0-9a-fA-F]{1,4}:){1,7}:|([0-9a-fA-F]{1,4}:){1,6}:[0-9a-fA-F]{1,4}|([0-9a-fA-F]{1,4}:){1,5}(:[0-9a-fA-F]{1,4}){1,2}|([0-9a-fA-F]{1,4}:){1,4}(:[0-9a-fA-F]{1,4}){1,3}|([0-9a-fA-F]{1,4}:){1,3}(:[0-9a-fA-F]{1,4}){1,4}|([0-9a-fA-F]{1,4}:){1,2}(:[0-9a-fA-F]{1,4}){1,5}|[0-9a-fA-F]{1,4}:((:[0-9a-fA-F]{1,4}){1,6})|:((:[0-9a-fA-F]{1,4}){1,7}|:))\/(12[0-8]|1[01][0-9]|[1-9]?[0-9])$/;
var base64 = /^$|^(?:[0-9a-zA-Z+/]{4})*(?:(?:[0-9a-zA-Z+/]{2}==)|(?:[0-9a-zA-Z+/]{3}=))?$/;
var base64url = /^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2,3})?$/;
var httpProtocol = /^https?$/;
var e164 = /^\+[1-9]\d{6,14}$/;
var dateSource = `(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))`;
function anchor(source) {
  return new RegExp(`^${source}$`);
}
var date = /* @__PURE__ */ anchor(dateSource);
function timeSource(args) {
  const hhmm = `(?:[01]\\d|2[0-3]):[0-5]\\d`;
  const regex = typeof args.precision === "number" ? args.precision === -1 ? `${hhmm}` : args.precision === 0 ? `${hhmm}:[0-5]\\d` : `${hhmm}:[0-5]\\d\\.\\d{${args.precision}}` : args.seconds ? `${hhmm}:[0-5]\\d(?:\\.\\d+)?` : `${hhmm}(?::[0-5]\\d(?:\\.\\d+)?)?`;
  return regex;
}
function time(args) {
  return new RegExp(`^${timeSource(args)}$`);
}
function datetime(args) {
  const opts = ["Z"];
  if (args.offset)
    opts.push(`([+-](?:[01]\\d|2[0-3]):[0-5]\\d)`);
  const qualified = `${timeSource({ precision: args.precision, seconds: true })}(?:${opts.join("|")})`;
  const timeRegex = args.local ? `${qualified}|${timeSource({ precision: args.precision })}` : qualified;
  return new RegExp(`^${dateSource}T(?:${timeRegex})$`);
}
var anyString = /^[\s\S]{0,}$/;
var integer = /^-?\d+$/;
var number = /^-?\d+(?:\.\d+)?$/;
var boolean = /^(?:true|false)$/i;
var _null = /^null$/i;
var lowercase = /^[^A-Z]*$/;
var uppercase = /^[^a-z]*$/;

// node_modules/zod/v4/core/checks.js
var $ZodCheck = /* @__PURE__ */ $constructor("$ZodCheck", (inst, def) => {
  var _a3;
  inst._zod ?? (inst._zod = {});
  inst._zod.def = def;
  (_a3 = inst._zod).onattach ?? (_a3.onattach = []);
});
var _whenHasLength = (payload) => {
  const val = payload.value;
  return !nullish(val) && val.length !== void 0;
};
var numericOriginMap = {
  number: "number",
  bigint: "bigint",
  object: "date"
};
var $ZodCheckLessThan = /* @__PURE__ */ $constructor("$ZodCheckLessThan", (inst, def) => {
  $ZodCheck.init(inst, def);
  const origin = numericOriginMap[typeof def.value];
  inst._zod.check = (payload) => {
    if (def.inclusive ? payload.value <= def.value : payload.value < def.value) {
      return;
    }
    payload.issues.push({
      origin: numericOriginMap[typeof payload.value] ?? origin,
      code: "too_big",
      maximum: typeof def.value === "object" ? def.value.getTime() : def.value,
      input: payload.value,
      inclusive: def.inclusive,
      inst,
      continue: !def.abort
    });
  };
});
var $ZodCheckGreaterThan = /* @__PURE__ */ $constructor("$ZodCheckGreaterThan", (inst, def) => {
  $ZodCheck.init(inst, def);
  const origin = numericOriginMap[typeof def.value];
  inst._zod.check = (payload) => {
    if (def.inclusive ? payload.value >= def.value : payload.value > def.value) {
      return;
    }
    payload.issues.push({
      origin: numericOriginMap[typeof payload.value] ?? origin,
      code: "too_small",
      minimum: typeof def.value === "object" ? def.value.getTime() : def.value,
      input: payload.value,
      inclusive: def.inclusive,
      inst,
      continue: !def.abort
    });
  };
});
var $ZodCheckMultipleOf = /* @__PURE__ */ $constructor("$ZodCheckMultipleOf", (inst, def) => {
  $ZodCheck.init(inst, def);
  inst._zod.check = (payload) => {
    if (typeof payload.value !== typeof def.value)
      throw new Error("Cannot mix number and bigint in multiple_of check.");
    const isMultiple = typeof payload.value === "bigint" ? (
      // `value % 0n` throws, and nothing is a multiple of zero — the number branch already fails this way via NaN
      def.value !== BigInt(0) && payload.value % def.value === BigInt(0)
    ) : floatSafeRemainder(payload.value, def.value) === 0;
    if (isMultiple)
      return;
    payload.issues.push({
      origin: typeof payload.value,
      code: "not_multiple_of",
      divisor: def.value,
      input: payload.value,
      inst,
      continue: !def.abort
    });
  };
});
var $ZodCheckNumberFormat = /* @__PURE__ */ $constructor("$ZodCheckNumberFormat", (inst, def) => {
  $ZodCheck.init(inst, def);
  def.format = def.format || "float64";
  const isInt = def.format?.includes("int");
  const origin = isInt ? "int" : "number";
  const [minimum, maximum] = NUMBER_FORMAT_RANGES[def.format];
  inst._zod.check = (payload) => {
    const input = payload.value;
    if (isInt) {
      if (!Number.isInteger(input)) {
        payload.issues.push({
          expected: origin,
          format: def.format,
          code: "invalid_type",
          continue: false,
          input,
          inst
        });
        return;
      }
      if (!Number.isSafeInteger(input)) {
        if (input > 0) {
          payload.issues.push({
            input,
            code: "too_big",
            maximum: Number.MAX_SAFE_INTEGER,
            note: "Integers must be within the safe integer range.",
            inst,
            origin,
            inclusive: true,
            continue: !def.abort
          });
        } else {
          payload.issues.push({
            input,
            code: "too_small",
            minimum: Number.MIN_SAFE_INTEGER,
            note: "Integers must be within the safe integer range.",
            inst,
            origin,
            inclusive: true,
            continue: !def.abort
          });
        }
        return;
      }
    }
    if (input < minimum) {
      payload.issues.push({
        origin: "number",
        input,
        code: "too_small",
        minimum,
        inclusive: true,
        inst,
        continue: !def.abort
      });
    }
    if (input > maximum) {
      payload.issues.push({
        origin: "number",
        input,
        code: "too_big",
        maximum,
        inclusive: true,
        inst,
        continue: !def.abort
      });
    }
  };
});
var $ZodCheckMaxLength = /* @__PURE__ */ $constructor("$ZodCheckMaxLength", (inst, def) => {
  var _a3;
  $ZodCheck.init(inst, def);
  (_a3 = inst._zod.def).when ?? (_a3.when = _whenHasLength);
  inst._zod.check = (payload) => {
    const input = payload.value;
    const units = input.length;
    const length = typeof input === "string" && units > def.maximum ? codePointLength(input) : units;
    if (length <= def.maximum)
      return;
    const origin = getLengthableOrigin(input);
    payload.issues.push({
      origin,
      code: "too_big",
      maximum: def.maximum,
      inclusive: true,
      input,
      inst,
      continue: !def.abort
    });
  };
});
var $ZodCheckMinLength = /* @__PURE__ */ $constructor("$ZodCheckMinLength", (inst, def) => {
  var _a3;
  $ZodCheck.init(inst, def);
  (_a3 = inst._zod.def).when ?? (_a3.when = _whenHasLength);
  inst._zod.check = (payload) => {
    const input = payload.value;
    const units = input.length;
    const length = typeof input === "string" && units >= def.minimum && units < def.minimum * 2 ? codePointLength(input) : units;
    if (length >= def.minimum)
      return;
    const origin = getLengthableOrigin(input);
    payload.issues.push({
      origin,
      code: "too_small",
      minimum: def.minimum,
      inclusive: true,
      input,
      inst,
      continue: !def.abort
    });
  };
});
var $ZodCheckLengthEquals = /* @__PURE__ */ $constructor("$ZodCheckLengthEquals", (inst, def) => {
  var _a3;
  $ZodCheck.init(inst, def);
  (_a3 = inst._zod.def).when ?? (_a3.when = _whenHasLength);
  inst._zod.check = (payload) => {
    const input = payload.value;
    const units = input.length;
    const length = typeof input === "string" && units >= def.length && units <= def.length * 2 ? codePointLength(input) : units;
    if (length === def.length)
      return;
    const origin = getLengthableOrigin(input);
    const tooBig = length > def.length;
    payload.issues.push({
      origin,
      ...tooBig ? { code: "too_big", maximum: def.length } : { code: "too_small", minimum: def.length },
      inclusive: true,
      exact: true,
      input: payload.value,
      inst,
      continue: !def.abort
    });
  };
});
var $ZodCheckStringFormat = /* @__PURE__ */ $constructor("$ZodCheckStringFormat", (inst, def) => {
  var _a3, _b;
  $ZodCheck.init(inst, def);
  if (def.pattern)
    (_a3 = inst._zod).check ?? (_a3.check = (payload) => {
      def.pattern.lastIndex = 0;
      if (def.pattern.test(payload.value))
        return;
      payload.issues.push({
        origin: "string",
        code: "invalid_format",
        format: def.format,
        input: payload.value,
        ...def.pattern ? { pattern: def.pattern.toString() } : {},
        inst,
        continue: !def.abort
      });
    });
  else
    (_b = inst._zod).check ?? (_b.check = () => {
    });
});
var $ZodCheckRegex = /* @__PURE__ */ $constructor("$ZodCheckRegex", (inst, def) => {
  $ZodCheckStringFormat.init(inst, def);
  inst._zod.check = (payload) => {
    def.pattern.lastIndex = 0;
    if (def.pattern.test(payload.value))
      return;
    payload.issues.push({
      origin: "string",
      code: "invalid_format",
      format: "regex",
      input: payload.value,
      pattern: def.pattern.toString(),
      inst,
      continue: !def.abort
    });
  };
});
var $ZodCheckLowerCase = /* @__PURE__ */ $constructor("$ZodCheckLowerCase", (inst, def) => {
  def.pattern ?? (def.pattern = lowercase);
  $ZodCheckStringFormat.init(inst, def);
});
var $ZodCheckUpperCase = /* @__PURE__ */ $constructor("$ZodCheckUpperCase", (inst, def) => {
  def.pattern ?? (def.pattern = uppercase);
  $ZodCheckStringFormat.init(inst, def);
});
var $ZodCheckIncludes = /* @__PURE__ */ $constructor("$ZodCheckIncludes", (inst, def) => {
  $ZodCheck.init(inst, def);
  const escapedRegex = escapeRegex(def.includes);
  const pattern = new RegExp(typeof def.position === "number" ? `^.{${def.position},}${escapedRegex}` : escapedRegex);
  def.pattern = pattern;
  inst._zod.check = (payload) => {
    if (payload.value.includes(def.includes, def.position))
      return;
    payload.issues.push({
      origin: "string",
      code: "invalid_format",
      format: "includes",
      includes: def.includes,
      input: payload.value,
      inst,
      continue: !def.abort
    });
  };
});
var $ZodCheckStartsWith = /* @__PURE__ */ $constructor("$ZodCheckStartsWith", (inst, def) => {
  $ZodCheck.init(inst, def);
  const pattern = new RegExp(`^${escapeRegex(def.prefix)}.*`);
  def.pattern ?? (def.pattern = pattern);
  inst._zod.check = (payload) => {
    if (payload.value.startsWith(def.prefix))
      return;
    payload.issues.push({
      origin: "string",
      code: "invalid_format",
      format: "starts_with",
      prefix: def.prefix,
      input: payload.value,
      inst,
      continue: !def.abort
    });
  };
});
var $ZodCheckEndsWith = /* @__PURE__ */ $constructor("$ZodCheckEndsWith", (inst, def) => {
  $ZodCheck.init(inst, def);
  const pattern = new RegExp(`.*${escapeRegex(def.suffix)}$`);
  def.pattern ?? (def.pattern = pattern);
  inst._zod.check = (payload) => {
    if (payload.value.endsWith(def.suffix))
      return;
    payload.issues.push({
      origin: "string",
      code: "invalid_format",
      format: "ends_with",
      suffix: def.suffix,
      input: payload.value,
      inst,
      continue: !def.abort
    });
  };
});
var $ZodCheckOverwrite = /* @__PURE__ */ $constructor("$ZodCheckOverwrite", (inst, def) => {
  $ZodCheck.init(inst, def);
  inst._zod.check = (payload) => {
    payload.value = def.tx(payload.value);
  };
});

// node_modules/zod/v4/core/doc.js
var Doc = class {
  constructor(args = [], closed = {}) {
    this.content = [];
    this.indent = 0;
    this.args = args;
    this.closed = closed;
  }
  // the compiler catches a child's throw and keeps writing into this doc, so the indent has to unwind with it
  indented(fn) {
    this.indent += 1;
    try {
      fn(this);
    } finally {
      this.indent -= 1;
    }
  }
  write(arg) {
    if (typeof arg === "function") {
      arg(this, { execution: "sync" });
      arg(this, { execution: "async" });
      return;
    }
    const content = arg;
    const lines = content.split("\n").filter((x) => x);
    const minIndent = Math.min(...lines.map((x) => x.length - x.trimStart().length));
    const dedented = lines.map((x) => x.slice(minIndent)).map((x) => " ".repeat(this.indent * 2) + x);
    for (const line of dedented) {
      this.content.push(line);
    }
  }
  compile() {
    const F = Function;
    const content = this?.content ?? [``];
    const factory = new F(...Object.keys(this.closed), `return function (${this.args.join(", ")}) {
${content.join("\n")}
};`);
    return factory(...Object.values(this.closed));
  }
};

// node_modules/zod/v4/core/versions.js
var version = {
  major: 4,
  minor: 6,
  patch: 7
};

// node_modules/zod/v4/core/schemas.js
var $ZodType = /* @__PURE__ */ $constructor("$ZodType", (inst, def) => {
  var _a3;
  inst ?? (inst = {});
  inst._zod.def = def;
  inst._zod.bag = inst._zod.bag || {};
  inst._zod.version = version;
  const defChecks = inst._zod.def.checks;
  const checks = inst._zod.traits.has("$ZodCheck") ? [inst, ...defChecks ?? []] : defChecks?.length ? [...defChecks] : [];
  for (const ch of checks) {
    for (const fn of ch._zod.onattach) {
      fn(inst);
    }
  }
  if (checks.length === 0) {
    (_a3 = inst._zod).deferred ?? (_a3.deferred = []);
    inst._zod.deferred?.push(() => {
      inst._zod.run = inst._zod.parse;
    });
  } else {
    const runChecks = (payload, checks2, ctx) => {
      if (payload.memo)
        return payload;
      let isAborted = aborted(payload);
      let asyncResult;
      for (const ch of checks2) {
        if (ch._zod.def.when) {
          if (explicitlyAborted(payload))
            continue;
          const shouldRun = ch._zod.def.when(payload);
          if (!shouldRun)
            continue;
        } else if (isAborted) {
          continue;
        }
        const currLen = payload.issues.length;
        const _ = ch._zod.check(payload);
        if (_ instanceof Promise && ctx?.async === false) {
          throw new $ZodAsyncError();
        }
        if (asyncResult || _ instanceof Promise) {
          asyncResult = (asyncResult ?? Promise.resolve()).then(async () => {
            await _;
            const nextLen = payload.issues.length;
            if (nextLen === currLen)
              return;
            attachSchema(payload.issues, currLen, inst);
            if (!isAborted)
              isAborted = aborted(payload, currLen);
          });
        } else {
          const nextLen = payload.issues.length;
          if (nextLen === currLen)
            continue;
          attachSchema(payload.issues, currLen, inst);
          if (!isAborted)
            isAborted = aborted(payload, currLen);
        }
      }
      if (asyncResult) {
        return asyncResult.then(() => {
          return payload;
        });
      }
      return payload;
    };
    const handleCanaryResult = (canary, payload, ctx) => {
      if (aborted(canary)) {
        canary.aborted = true;
        return canary;
      }
      const checkResult = runChecks(payload, checks, ctx);
      if (checkResult instanceof Promise) {
        if (ctx.async === false)
          throw new $ZodAsyncError();
        return checkResult.then((checkResult2) => inst._zod.parse(checkResult2, ctx));
      }
      return inst._zod.parse(checkResult, ctx);
    };
    inst._zod.run = (payload, ctx) => {
      if (ctx.skipChecks) {
        return inst._zod.parse(payload, ctx);
      }
      if (ctx.direction === "backward") {
        const canary = inst._zod.parse({ value: payload.value, issues: [] }, { ...ctx, skipChecks: true });
        if (canary instanceof Promise) {
          return canary.then((canary2) => {
            return handleCanaryResult(canary2, payload, ctx);
          });
        }
        return handleCanaryResult(canary, payload, ctx);
      }
      const result = inst._zod.parse(payload, ctx);
      if (result instanceof Promise) {
        if (ctx.async === false)
          throw new $ZodAsyncError();
        return result.then((result2) => runChecks(result2, checks, ctx));
      }
      return runChecks(result, checks, ctx);
    };
  }
}, {
  // Wrappers extend this by installing a richer factory over it; reading it eagerly would defeat the laziness.
  get "~standard"() {
    return hide(this, "~standard", standardProps(this));
  },
  set "~standard"(value) {
    own(this, "~standard", value);
  }
});
var toStandardResult = (r, ctx) => r.issues.length ? { issues: r.issues.map((iss) => finalizeIssue(iss, ctx, config())) } : { value: r.value };
async function validateAsync2(inst, value) {
  const ctx = { async: true };
  return toStandardResult(await inst._zod.run({ value, issues: [] }, ctx), ctx);
}
function standardProps(inst) {
  return {
    validate: (value) => {
      const ctx = { async: false };
      try {
        const r = inst._zod.run({ value, issues: [] }, ctx);
        if (!(r instanceof Promise))
          return toStandardResult(r, ctx);
      } catch (_) {
      }
      return validateAsync2(inst, value);
    },
    vendor: "zod",
    version: 1
  };
}
var $ZodString = /* @__PURE__ */ $constructor("$ZodString", (inst, def) => {
  $ZodType.init(inst, def);
  inst._zod.pattern = def.pattern ?? anyString;
  inst._zod.parse = (payload, _) => {
    if (def.coerce)
      try {
        payload.value = String(payload.value);
      } catch (_2) {
      }
    if (typeof payload.value === "string")
      return payload;
    payload.issues.push({
      expected: "string",
      code: "invalid_type",
      input: payload.value,
      inst
    });
    return payload;
  };
});
var $ZodStringFormat = /* @__PURE__ */ $constructor("$ZodStringFormat", (inst, def) => {
  $ZodCheckStringFormat.init(inst, def);
  $ZodString.init(inst, def);
});
var $ZodGUID = /* @__PURE__ */ $constructor("$ZodGUID", (inst, def) => {
  def.pattern ?? (def.pattern = guid);
  $ZodStringFormat.init(inst, def);
});
var $ZodUUID = /* @__PURE__ */ $constructor("$ZodUUID", (inst, def) => {
  if (def.version) {
    const versionMap = {
      v1: 1,
      v2: 2,
      v3: 3,
      v4: 4,
      v5: 5,
      v6: 6,
      v7: 7,
      v8: 8
    };
    const v = versionMap[def.version];
    if (v === void 0)
      throw new Error(`Invalid UUID version: "${def.version}"`);
    def.pattern ?? (def.pattern = uuid(v));
  } else
    def.pattern ?? (def.pattern = uuid());
  $ZodStringFormat.init(inst, def);
});
var $ZodEmail = /* @__PURE__ */ $constructor("$ZodEmail", (inst, def) => {
  def.pattern ?? (def.pattern = email);
  $ZodStringFormat.init(inst, def);
});
var URL_BAD_FORMAT = 1;
var URL_UNPARSEABLE = 2;
function canParseURL(input) {
  try {
    if (typeof URL !== "undefined" && typeof URL.canParse === "function")
      return URL.canParse(input);
    new URL(input);
    return true;
  } catch {
    return false;
  }
}
function validateURL(trimmed, def) {
  if (!("normalize" in def) && !("hostname" in def) && !("protocol" in def)) {
    return canParseURL(trimmed) || URL_UNPARSEABLE;
  }
  return parseURLObject(trimmed, def);
}
function parseURLObject(trimmed, def) {
  if (!def.normalize && def.protocol?.source === httpProtocol.source && !/^https?:\/\//i.test(trimmed)) {
    return URL_BAD_FORMAT;
  }
  try {
    if (typeof URL !== "undefined") {
      const URLStatic = URL;
      if (typeof URLStatic.parse === "function")
        return URLStatic.parse(trimmed) ?? URL_UNPARSEABLE;
    }
    return new URL(trimmed);
  } catch {
    return URL_UNPARSEABLE;
  }
}
var asciiTabOrNewline = /[\t\n\r]/g;
function stripTabAndNewline(value) {
  return value.replace(asciiTabOrNewline, "");
}
function urlHostnameOk(url, hostname2) {
  hostname2.lastIndex = 0;
  return hostname2.test(url.hostname);
}
function urlProtocolOk(url, protocol) {
  protocol.lastIndex = 0;
  return protocol.test(url.protocol.endsWith(":") ? url.protocol.slice(0, -1) : url.protocol);
}
var $ZodURL = /* @__PURE__ */ $constructor("$ZodURL", (inst, def) => {
  $ZodStringFormat.init(inst, def);
  inst._zod.check = (payload) => {
    try {
      const trimmed = payload.value.trim();
      const url = validateURL(trimmed, def);
      if (url === URL_BAD_FORMAT) {
        payload.issues.push({
          code: "invalid_format",
          format: "url",
          note: "Invalid URL format",
          input: payload.value,
          inst,
          continue: !def.abort
        });
        return;
      }
      if (url === URL_UNPARSEABLE) {
        payload.issues.push({
          code: "invalid_format",
          format: "url",
          input: payload.value,
          inst,
          continue: !def.abort
        });
        return;
      }
      if (url === true) {
        payload.value = stripTabAndNewline(trimmed);
        return;
      }
      if (def.hostname && !urlHostnameOk(url, def.hostname)) {
        payload.issues.push({
          code: "invalid_format",
          format: "url",
          note: "Invalid hostname",
          pattern: def.hostname.source,
          input: payload.value,
          inst,
          continue: !def.abort
        });
      }
      if (def.protocol && !urlProtocolOk(url, def.protocol)) {
        payload.issues.push({
          code: "invalid_format",
          format: "url",
          note: "Invalid protocol",
          pattern: def.protocol.source,
          input: payload.value,
          inst,
          continue: !def.abort
        });
      }
      payload.value = def.normalize ? url.href : stripTabAndNewline(trimmed);
      return;
    } catch (_) {
      payload.issues.push({
        code: "invalid_format",
        format: "url",
        input: payload.value,
        inst,
        continue: !def.abort
      });
    }
  };
});
var $ZodEmoji = /* @__PURE__ */ $constructor("$ZodEmoji", (inst, def) => {
  def.pattern ?? (def.pattern = emoji());
  $ZodStringFormat.init(inst, def);
});
var $ZodNanoID = /* @__PURE__ */ $constructor("$ZodNanoID", (inst, def) => {
  if (def.length !== void 0 && (!Number.isInteger(def.length) || def.length < 1))
    throw new Error(`Invalid nanoid length: ${def.length}`);
  def.pattern ?? (def.pattern = def.length === void 0 ? nanoid : nanoidOfLength(def.length));
  $ZodStringFormat.init(inst, def);
});
var $ZodCUID = /* @__PURE__ */ $constructor("$ZodCUID", (inst, def) => {
  def.pattern ?? (def.pattern = cuid);
  $ZodStringFormat.init(inst, def);
});
var $ZodCUID2 = /* @__PURE__ */ $constructor("$ZodCUID2", (inst, def) => {
  def.pattern ?? (def.pattern = cuid2);
  $ZodStringFormat.init(inst, def);
});
var $ZodULID = /* @__PURE__ */ $constructor("$ZodULID", (inst, def) => {
  def.pattern ?? (def.pattern = ulid);
  $ZodStringFormat.init(inst, def);
});
var $ZodXID = /* @__PURE__ */ $constructor("$ZodXID", (inst, def) => {
  def.pattern ?? (def.pattern = xid);
  $ZodStringFormat.init(inst, def);
});
var $ZodKSUID = /* @__PURE__ */ $constructor("$ZodKSUID", (inst, def) => {
  def.pattern ?? (def.pattern = ksuid);
  $ZodStringFormat.init(inst, def);
});
var $ZodISODateTime = /* @__PURE__ */ $constructor("$ZodISODateTime", (inst, def) => {
  def.pattern ?? (def.pattern = datetime(def));
  $ZodStringFormat.init(inst, def);
});
var $ZodISODate = /* @__PURE__ */ $constructor("$ZodISODate", (inst, def) => {
  def.pattern ?? (def.pattern = date);
  $ZodStringFormat.init(inst, def);
});
var $ZodISOTime = /* @__PURE__ */ $constructor("$ZodISOTime", (inst, def) => {
  def.pattern ?? (def.pattern = time(def));
  $ZodStringFormat.init(inst, def);
});
var $ZodISODuration = /* @__PURE__ */ $constructor("$ZodISODuration", (inst, def) => {
  def.pattern ?? (def.pattern = duration);
  $ZodStringFormat.init(inst, def);
});
var $ZodIPv4 = /* @__PURE__ */ $constructor("$ZodIPv4", (inst, def) => {
  def.pattern ?? (def.pattern = ipv4);
  $ZodStringFormat.init(inst, def);
});
var ipv6Alphabet = /^[0-9a-fA-F:.]+$/;
function isValidIPv6(value) {
  if (!ipv6Alphabet.test(value))
    return false;
  return canParseURL(`http://[${value}]`);
}
var $ZodIPv6 = /* @__PURE__ */ $constructor("$ZodIPv6", (inst, def) => {
  def.pattern ?? (def.pattern = ipv6);
  $ZodStringFormat.init(inst, def);
  inst._zod.check = (payload) => {
    if (!isValidIPv6(payload.value)) {
      payload.issues.push({
        code: "invalid_format",
        format: "ipv6",
        input: payload.value,
        inst,
        continue: !def.abort
      });
    }
  };
});
var $ZodCIDRv4 = /* @__PURE__ */ $constructor("$ZodCIDRv4", (inst, def) => {
  def.pattern ?? (def.pattern = cidrv4);
  $ZodStringFormat.init(inst, def);
});
function isValidCIDRv6(value) {
  const parts = value.split("/");
  if (parts.length !== 2)
    return false;
  const [address, prefix] = parts;
  if (!prefix)
    return false;
  const prefixNum = Number(prefix);
  if (`${prefixNum}` !== prefix)
    return false;
  if (prefixNum < 0 || prefixNum > 128)
    return false;
  return isValidIPv6(address);
}
var $ZodCIDRv6 = /* @__PURE__ */ $constructor("$ZodCIDRv6", (inst, def) => {
  def.pattern ?? (def.pattern = cidrv6);
  $ZodStringFormat.init(inst, def);
  inst._zod.check = (payload) => {
    if (!isValidCIDRv6(payload.value)) {
      payload.issues.push({
        code: "invalid_format",
        format: "cidrv6",
        input: payload.value,
        inst,
        continue: !def.abort
      });
    }
  };
});
function isValidBase64(data) {
  if (data === "")
    return true;
  if (/\s/.test(data))
    return false;
  if (data.length % 4 !== 0)
    return false;
  try {
    atob(data);
    return true;
  } catch {
    return false;
  }
}
var base64Charset = /^[0-9a-zA-Z+/]*={0,2}$/;
var $ZodBase64 = /* @__PURE__ */ $constructor("$ZodBase64", (inst, def) => {
  def.pattern ?? (def.pattern = base64Charset);
  $ZodStringFormat.init(inst, def);
  inst._zod.check = (payload) => {
    if (isValidBase64(payload.value))
      return;
    payload.issues.push({
      code: "invalid_format",
      format: "base64",
      input: payload.value,
      inst,
      continue: !def.abort
    });
  };
});
var base64urlCharset = /^[A-Za-z0-9_-]*$/;
function isValidBase64URL(data) {
  if (!base64urlCharset.test(data))
    return false;
  const base642 = data.replace(/[-_]/g, (c) => c === "-" ? "+" : "/");
  const padded2 = base642.padEnd(Math.ceil(base642.length / 4) * 4, "=");
  return isValidBase64(padded2);
}
var $ZodBase64URL = /* @__PURE__ */ $constructor("$ZodBase64URL", (inst, def) => {
  def.pattern ?? (def.pattern = base64urlCharset);
  $ZodStringFormat.init(inst, def);
  inst._zod.check = (payload) => {
    if (isValidBase64URL(payload.value))
      return;
    payload.issues.push({
      code: "invalid_format",
      format: "base64url",
      input: payload.value,
      inst,
      continue: !def.abort
    });
  };
});
var $ZodE164 = /* @__PURE__ */ $constructor("$ZodE164", (inst, def) => {
  def.pattern ?? (def.pattern = e164);
  $ZodStringFormat.init(inst, def);
});
function isValidJWT(token, algorithm = null) {
  try {
    const tokensParts = token.split(".");
    if (tokensParts.length !== 3)
      return false;
    const [header] = tokensParts;
    if (!header)
      return false;
    const parsedHeader = JSON.parse(atob(header));
    if ("typ" in parsedHeader && parsedHeader?.typ !== "JWT")
      return false;
    if (!parsedHeader.alg)
      return false;
    if (algorithm && (!("alg" in parsedHeader) || parsedHeader.alg !== algorithm))
      return false;
    return true;
  } catch {
    return false;
  }
}
var $ZodJWT = /* @__PURE__ */ $constructor("$ZodJWT", (inst, def) => {
  $ZodStringFormat.init(inst, def);
  inst._zod.check = (payload) => {
    if (isValidJWT(payload.value, def.alg))
      return;
    payload.issues.push({
      code: "invalid_format",
      format: "jwt",
      input: payload.value,
      inst,
      continue: !def.abort
    });
  };
});
var $ZodNumber = /* @__PURE__ */ $constructor("$ZodNumber", (inst, def) => {
  $ZodType.init(inst, def);
  inst._zod.pattern = number;
  inst._zod.parse = (payload, _ctx) => {
    if (def.coerce)
      try {
        payload.value = Number(payload.value);
      } catch (_) {
      }
    const input = payload.value;
    if (typeof input === "number" && !Number.isNaN(input) && Number.isFinite(input)) {
      return payload;
    }
    const received = typeof input === "number" ? Number.isNaN(input) ? "NaN" : !Number.isFinite(input) ? String(input) : void 0 : void 0;
    payload.issues.push({
      expected: "number",
      code: "invalid_type",
      input,
      inst,
      ...received ? { received } : {}
    });
    return payload;
  };
});
var $ZodNumberFormat = /* @__PURE__ */ $constructor("$ZodNumberFormat", (inst, def) => {
  $ZodCheckNumberFormat.init(inst, def);
  $ZodNumber.init(inst, def);
});
var $ZodBoolean = /* @__PURE__ */ $constructor("$ZodBoolean", (inst, def) => {
  $ZodType.init(inst, def);
  inst._zod.pattern = boolean;
  inst._zod.parse = (payload, _ctx) => {
    if (def.coerce)
      try {
        payload.value = Boolean(payload.value);
      } catch (_) {
      }
    const input = payload.value;
    if (typeof input === "boolean")
      return payload;
    payload.issues.push({
      expected: "boolean",
      code: "invalid_type",
      input,
      inst
    });
    return payload;
  };
});
var $ZodNull = /* @__PURE__ */ $constructor("$ZodNull", (inst, def) => {
  $ZodType.init(inst, def);
  inst._zod.pattern = _null;
  inst._zod.values = /* @__PURE__ */ new Set([null]);
  inst._zod.parse = (payload, _ctx) => {
    const input = payload.value;
    if (input === null)
      return payload;
    payload.issues.push({
      expected: "null",
      code: "invalid_type",
      input,
      inst
    });
    return payload;
  };
});
var $ZodUnknown = /* @__PURE__ */ $constructor("$ZodUnknown", (inst, def) => {
  $ZodType.init(inst, def);
  inst._zod.parse = (payload) => payload;
});
var $ZodNever = /* @__PURE__ */ $constructor("$ZodNever", (inst, def) => {
  $ZodType.init(inst, def);
  inst._zod.parse = (payload, _ctx) => {
    payload.issues.push({
      expected: "never",
      code: "invalid_type",
      input: payload.value,
      inst
    });
    return payload;
  };
});
function capSize(inst, size2) {
  const caps = sizeCaps(inst._zod.def.checks);
  if (!caps.length)
    return;
  const cap = Math.min(...caps.map((c) => c[0]));
  const parse3 = inst._zod.parse;
  inst._zod.parse = (payload, ctx) => {
    const n = size2(payload.value);
    if (n > cap && !ctx?.skipChecks && ctx?.direction !== "backward") {
      for (const [max, ch] of sizeCaps(inst._zod.def.checks)) {
        if (n > max && ch._zod.def.when(payload)) {
          const start = payload.issues.length;
          ch._zod.check(payload);
          payload.issues[start].continue = false;
          attachSchema(payload.issues, start, inst);
          return payload;
        }
      }
    }
    return parse3(payload, ctx);
  };
}
var arraySize = (input) => Array.isArray(input) ? input.length : -1;
function handleArrayResult(result, final, index) {
  if (result.issues.length) {
    final.issues.push(...prefixIssues(index, result.issues));
  }
  final.value[index] = result.value;
}
var $ZodArray = /* @__PURE__ */ $constructor("$ZodArray", (inst, def) => {
  $ZodType.init(inst, def);
  const memo2 = globalConfig.memoizer;
  memo2?.attach(inst);
  inst._zod.parse = (payload, ctx) => {
    const input = payload.value;
    if (!Array.isArray(input)) {
      payload.issues.push({
        expected: "array",
        code: "invalid_type",
        input,
        inst
      });
      return payload;
    }
    payload.value = memo2 ? memo2.alloc(inst, payload, Array(input.length), ctx) : Array(input.length);
    const proms = [];
    const abortEarly = ctx?.abortEarly;
    for (let i = 0; i < input.length; i++) {
      const item = input[i];
      const result = def.element._zod.run({
        value: item,
        issues: []
      }, ctx);
      if (result instanceof Promise) {
        proms.push(result.then((result2) => handleArrayResult(result2, payload, i)));
      } else {
        handleArrayResult(result, payload, i);
        if (abortEarly && result.issues.length !== 0 && aborted(result))
          break;
      }
    }
    if (proms.length) {
      return Promise.all(proms).then(() => payload);
    }
    return payload;
  };
  capSize(inst, arraySize);
});
function handlePropertyResult(result, final, key, input, optin, optout) {
  const isPresent = key in input;
  const isOptionalOut = optout === "optional";
  if (!isPresent && isOptionalOut && optin === "optional") {
    return;
  }
  if (result.issues.length) {
    if (optin !== void 0 && isOptionalOut && !isPresent) {
      return;
    }
    final.issues.push(...prefixIssues(key, result.issues));
  }
  if (!isPresent && optin === void 0) {
    if (!result.issues.length) {
      final.issues.push({
        code: "invalid_type",
        expected: "nonoptional",
        input: void 0,
        path: [key]
      });
    }
    return;
  }
  if (result.value === void 0) {
    if (isPresent || optin === "defaulted" && !isOptionalOut) {
      final.value[key] = void 0;
    }
  } else {
    final.value[key] = result.value;
  }
}
var NO_SYMBOL_KEYS = [];
function normalizeDef(def) {
  const keys = Object.keys(def.shape);
  const ownSymbols = Object.getOwnPropertySymbols(def.shape);
  const symbolKeys = ownSymbols.length ? ownSymbols : NO_SYMBOL_KEYS;
  const allKeys = symbolKeys.length ? [...keys, ...symbolKeys] : keys;
  for (const k of allKeys) {
    if (!def.shape?.[k]?._zod?.traits?.has("$ZodType")) {
      throw new Error(`Invalid element at key "${String(k)}": expected a Zod schema`);
    }
  }
  const okeys = optionalKeys(def.shape);
  return {
    ...def,
    allKeys,
    symbolKeys,
    // string-only: handleCatchall matches it against `for...in`, which never yields a symbol
    keySet: new Set(keys),
    numKeys: keys.length,
    optionalKeys: new Set(okeys)
  };
}
function handleCatchall(proms, input, payload, ctx, def, inst, abortEarly) {
  const unrecognized = [];
  const keySet = def.keySet;
  const _catchall = def.catchall._zod;
  const t = _catchall.def.type;
  const optin = _catchall.optin;
  const optout = _catchall.optout;
  let seen = 0;
  for (const key in input) {
    if (abortEarly && payload.issues.length !== seen) {
      if (aborted(payload, seen))
        break;
      seen = payload.issues.length;
    }
    if (keySet.has(key))
      continue;
    if (key === "__proto__") {
      if (t === "never")
        unrecognized.push(key);
      continue;
    }
    if (t === "never") {
      unrecognized.push(key);
      continue;
    }
    const r = _catchall.run({ value: input[key], issues: [] }, ctx);
    if (r instanceof Promise) {
      proms.push(r.then((r2) => handlePropertyResult(r2, payload, key, input, optin, optout)));
    } else {
      handlePropertyResult(r, payload, key, input, optin, optout);
    }
  }
  if (unrecognized.length) {
    payload.issues.push({
      code: "unrecognized_keys",
      keys: unrecognized,
      input,
      inst,
      // Describes the shape of the input, not the validity of the parsed value, so it never aborts. The parse still fails; the schema's own checks just get to run first, and an enclosing intersection can reconcile the key against a sibling operand.
      continue: true
    });
  }
  if (!proms.length)
    return payload;
  return Promise.all(proms).then(() => {
    return payload;
  });
}
var $ZodObject = /* @__PURE__ */ $constructor("$ZodObject", (inst, def) => {
  $ZodType.init(inst, def);
  const desc = Object.getOwnPropertyDescriptor(def, "shape");
  const sh = desc?.get ? desc.get.raw : def.shape ?? {};
  if (sh) {
    const get = () => {
      const newSh = { ...sh };
      Object.defineProperty(def, "shape", { value: newSh });
      get.raw = newSh;
      return newSh;
    };
    get.raw = sh;
    Object.defineProperty(def, "shape", { get });
  }
  const _normalized = cached(() => normalizeDef(def));
  defineLazyInternal(inst, "propValues", (zod) => {
    const shape = zod.def.shape;
    const propValues = {};
    for (const key in shape) {
      const field2 = shape[key]._zod;
      if (field2.values) {
        if (!Object.prototype.hasOwnProperty.call(propValues, key)) {
          assignProp(propValues, key, /* @__PURE__ */ new Set());
        }
        for (const v of field2.values)
          propValues[key].add(v);
        if (field2.optin !== void 0)
          propValues[key].add(void 0);
      }
    }
    return propValues;
  });
  const isObject2 = isObject;
  const catchall = def.catchall;
  let value;
  const memo2 = globalConfig.memoizer;
  memo2?.attach(inst);
  inst._zod.parse = (payload, ctx) => {
    value ?? (value = _normalized.value);
    const input = payload.value;
    if (!isObject2(input)) {
      payload.issues.push({
        expected: "object",
        code: "invalid_type",
        input,
        inst
      });
      return payload;
    }
    payload.value = memo2 ? memo2.alloc(inst, payload, {}, ctx) : {};
    const proms = [];
    const shape = value.shape;
    const abortEarly = ctx?.abortEarly;
    let seen = payload.issues.length;
    for (const key of value.allKeys) {
      if (abortEarly && payload.issues.length !== seen) {
        if (aborted(payload, seen))
          break;
        seen = payload.issues.length;
      }
      if (key === "__proto__")
        continue;
      const el = shape[key];
      const optin = el._zod.optin;
      const optout = el._zod.optout;
      const r = el._zod.run({ value: input[key], issues: [] }, ctx);
      if (r instanceof Promise) {
        proms.push(r.then((r2) => handlePropertyResult(r2, payload, key, input, optin, optout)));
      } else {
        handlePropertyResult(r, payload, key, input, optin, optout);
      }
    }
    if (!catchall) {
      return proms.length ? Promise.all(proms).then(() => payload) : payload;
    }
    return handleCatchall(proms, input, payload, ctx, _normalized.value, inst, abortEarly === true);
  };
});
var $ZodObjectJIT = /* @__PURE__ */ $constructor("$ZodObjectJIT", (inst, def) => {
  $ZodObject.init(inst, def);
  const superParse = inst._zod.parse;
  const _normalized = cached(() => normalizeDef(def));
  const memo2 = globalConfig.memoizer;
  const generateFastpass = (shape) => {
    const normalized = _normalized.value;
    const syms = normalized.symbolKeys;
    const doc = new Doc(["payload", "ctx"], { shape, inst, memo: memo2, syms });
    const parseStr = (k) => `shape[${k}]._zod.run({ value: input[${k}], issues: [] }, ctx)`;
    const prefixStr = (id, k) => `
          let ${id}_ab = false;
          for (let i = 0; i < ${id}.issues.length; i++) {
            const iss = ${id}.issues[i];
            iss.path = iss.path ? [${k}, ...iss.path] : [${k}];
            payload.issues.push(iss);
            if (iss.continue !== true) ${id}_ab = true;
          }
          if (${id}_ab && ctx && ctx.abortEarly) {
            payload.value = newResult;
            return payload;
          }`;
    doc.write(`const input = payload.value;`);
    const ids = /* @__PURE__ */ Object.create(null);
    let counter = 0;
    for (const key of normalized.allKeys) {
      ids[key] = `key_${counter++}`;
    }
    doc.write(memo2 ? `const newResult = memo.alloc(inst, payload, {}, ctx);` : `const newResult = {};`);
    for (const key of normalized.allKeys) {
      if (key === "__proto__")
        continue;
      const id = ids[key];
      const k = typeof key === "symbol" ? `syms[${syms.indexOf(key)}]` : esc(key);
      const isPresent = `${k} in input`;
      const schema = shape[key];
      const optin = schema?._zod?.optin;
      const isOptionalIn = optin !== void 0;
      const isOptionalOut = schema?._zod?.optout === "optional";
      doc.write(`const ${id} = ${parseStr(k)};`);
      if (isOptionalIn && isOptionalOut) {
        const assign = optin === "optional" ? `${id}_present` : `${id}.value !== undefined || ${id}_present`;
        doc.write(`
        const ${id}_present = ${isPresent};
        if (!${id}.issues.length || ${id}_present) {
          if (${id}.issues.length) {${prefixStr(id, k)}
          }

          if (${assign}) {
            newResult[${k}] = ${id}.value;
          }
        }

      `);
      } else if (!isOptionalIn) {
        doc.write(`
        const ${id}_present = ${isPresent};
        if (${id}.issues.length) {${prefixStr(id, k)}
        }
        if (!${id}_present && !${id}.issues.length) {
          payload.issues.push({
            code: "invalid_type",
            expected: "nonoptional",
            input: undefined,
            path: [${k}]
          });
          if (ctx && ctx.abortEarly) {
            payload.value = newResult;
            return payload;
          }
        }

        if (${id}_present) {
          newResult[${k}] = ${id}.value;
        }

      `);
      } else {
        doc.write(`
        if (${id}.issues.length) {${prefixStr(id, k)}
        }
      `);
        if (optin === "defaulted") {
          doc.write(`newResult[${k}] = ${id}.value;`);
        } else {
          doc.write(`
        if (${id}.value !== undefined || ${isPresent}) {
          newResult[${k}] = ${id}.value;
        }
      `);
        }
      }
    }
    doc.write(`payload.value = newResult;`);
    doc.write(`return payload;`);
    return doc.compile();
  };
  let fastpass;
  const isObject2 = isObject;
  const jit = !globalConfig.jitless;
  const allowsEval2 = allowsEval;
  const fastEnabled = jit && allowsEval2.value;
  const catchall = def.catchall;
  let value;
  inst._zod.parse = (payload, ctx) => {
    value ?? (value = _normalized.value);
    const input = payload.value;
    if (!isObject2(input)) {
      payload.issues.push({
        expected: "object",
        code: "invalid_type",
        input,
        inst
      });
      return payload;
    }
    if (jit && fastEnabled && ctx?.async === false && ctx.jitless !== true) {
      if (!fastpass)
        fastpass = generateFastpass(def.shape);
      payload = fastpass(payload, ctx);
      if (!catchall)
        return payload;
      return handleCatchall([], input, payload, ctx, value, inst, ctx?.abortEarly === true);
    }
    return superParse(payload, ctx);
  };
});
function handleUnionResults(results, final, inst, ctx) {
  for (const result of results) {
    if (result.issues.length === 0) {
      final.value = result.value;
      return final;
    }
  }
  const nonaborted = results.filter((r) => !aborted(r));
  if (nonaborted.length === 1) {
    final.value = nonaborted[0].value;
    return nonaborted[0];
  }
  final.issues.push({
    code: "invalid_union",
    input: final.value,
    inst,
    errors: results.map((result) => result.issues.map((iss) => finalizeIssue(iss, ctx, config())))
  });
  return final;
}
var $ZodUnion = /* @__PURE__ */ $constructor("$ZodUnion", (inst, def) => {
  $ZodType.init(inst, def);
  defineLazyInternal(inst, "optin", (zod) => zod.def.options.some((o) => o._zod.optin === "defaulted") ? "defaulted" : zod.def.options.some((o) => o._zod.optin !== void 0) ? "optional" : void 0);
  defineLazyInternal(inst, "optout", (zod) => zod.def.options.some((o) => o._zod.optout === "optional") ? "optional" : void 0);
  defineLazyInternal(inst, "values", (zod) => {
    if (zod.def.options.every((o) => o._zod.values)) {
      return new Set(zod.def.options.flatMap((option) => Array.from(option._zod.values)));
    }
    return void 0;
  });
  defineLazyInternal(inst, "pattern", (zod) => {
    if (zod.def.options.every((o) => o._zod.pattern)) {
      const patterns = zod.def.options.map((o) => o._zod.pattern);
      return new RegExp(`^(${patterns.map((p) => cleanRegex(p.source)).join("|")})$`);
    }
    return void 0;
  });
  const first = def.options.length === 1 ? def.options[0]._zod.run : null;
  inst._zod.parse = (payload, ctx) => {
    if (first) {
      return first(payload, ctx);
    }
    let async = false;
    const results = [];
    for (const option of def.options) {
      const result = option._zod.run({
        value: payload.value,
        issues: []
      }, ctx);
      if (result instanceof Promise) {
        results.push(result);
        async = true;
      } else {
        if (result.issues.length === 0)
          return result;
        results.push(result);
      }
    }
    if (!async)
      return handleUnionResults(results, payload, inst, ctx);
    return Promise.all(results).then((results2) => {
      return handleUnionResults(results2, payload, inst, ctx);
    });
  };
});
function discriminatorMap(def) {
  const map = /* @__PURE__ */ new Map();
  for (const option of def.options) {
    const values = option._zod.propValues?.[def.discriminator];
    if (!values || values.size === 0)
      throw new Error(`Invalid discriminated union option at index "${def.options.indexOf(option)}"`);
    for (const value of values) {
      if (map.has(value)) {
        if (value !== void 0)
          throw new Error(`Duplicate discriminator value "${String(value)}"`);
        map.set(value, null);
      } else {
        map.set(value, option);
      }
    }
  }
  return map;
}
var $ZodDiscriminatedUnion = /* @__PURE__ */ $constructor("$ZodDiscriminatedUnion", (inst, def) => {
  def.inclusive = false;
  $ZodUnion.init(inst, def);
  const _super = inst._zod.parse;
  defineLazyInternal(inst, "propValues", (zod) => {
    const propValues = {};
    let undefinedCount = 0;
    for (const option of zod.def.options) {
      const pv = option._zod.propValues;
      if (!pv || Object.keys(pv).length === 0)
        throw new Error(`Invalid discriminated union option at index "${zod.def.options.indexOf(option)}"`);
      if (pv[zod.def.discriminator]?.has(void 0))
        undefinedCount++;
      for (const [k, v] of Object.entries(pv)) {
        if (!Object.prototype.hasOwnProperty.call(propValues, k)) {
          assignProp(propValues, k, /* @__PURE__ */ new Set());
        }
        for (const val of v) {
          propValues[k].add(val);
        }
      }
    }
    if (!zod.def.unionFallback && undefinedCount > 1)
      propValues[zod.def.discriminator]?.delete(void 0);
    return propValues;
  });
  def.options.forEach((option, i) => {
    const propShape = rawShape(option._zod.def);
    if (propShape && !Object.prototype.hasOwnProperty.call(propShape, def.discriminator)) {
      throw new Error(`Invalid discriminated union option at index "${i}"`);
    }
  });
  const disc = cached(() => discriminatorMap(def));
  inst._zod.parse = (payload, ctx) => {
    const input = payload.value;
    if (!isObject(input)) {
      payload.issues.push({
        code: "invalid_type",
        expected: "object",
        input,
        inst
      });
      return payload;
    }
    const value = input?.[def.discriminator];
    const opt = disc.value.get(value);
    if (opt && (value !== void 0 || ctx.direction !== "backward")) {
      return opt._zod.run(payload, ctx);
    }
    if (def.unionFallback || ctx.direction === "backward") {
      return _super(payload, ctx);
    }
    payload.issues.push({
      code: "invalid_union",
      errors: [],
      note: "No matching discriminator",
      discriminator: def.discriminator,
      options: Array.from(disc.value.keys()).filter((value2) => disc.value.get(value2) !== null),
      input,
      path: [def.discriminator],
      inst
    });
    return payload;
  };
});
var $ZodIntersection = /* @__PURE__ */ $constructor("$ZodIntersection", (inst, def) => {
  $ZodType.init(inst, def);
  inst._zod.parse = (payload, ctx) => {
    const input = payload.value;
    const left = def.left._zod.run({ value: input, issues: [] }, ctx);
    const right = def.right._zod.run({ value: input, issues: [] }, ctx);
    const async = left instanceof Promise || right instanceof Promise;
    if (async) {
      return Promise.all([left, right]).then(([left2, right2]) => {
        return handleIntersectionResults(payload, left2, right2);
      });
    }
    return handleIntersectionResults(payload, left, right);
  };
});
function mergeValues(a, b) {
  if (a === b) {
    return { valid: true, data: a };
  }
  if (a instanceof Date && b instanceof Date && +a === +b) {
    return { valid: true, data: a };
  }
  if (isPlainObject(a) && isPlainObject(b)) {
    const bKeys = Object.keys(b);
    const sharedKeys = Object.keys(a).filter((key) => bKeys.indexOf(key) !== -1);
    const newObj = { ...a, ...b };
    if (Object.prototype.hasOwnProperty.call(newObj, "__proto__"))
      delete newObj.__proto__;
    for (const key of sharedKeys) {
      if (key === "__proto__")
        continue;
      const sharedValue = mergeValues(a[key], b[key]);
      if (!sharedValue.valid) {
        return {
          valid: false,
          mergeErrorPath: [key, ...sharedValue.mergeErrorPath]
        };
      }
      newObj[key] = sharedValue.data;
    }
    return { valid: true, data: newObj };
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    if (a.length !== b.length) {
      return { valid: false, mergeErrorPath: [] };
    }
    const newArray = [];
    for (let index = 0; index < a.length; index++) {
      const itemA = a[index];
      const itemB = b[index];
      const sharedValue = mergeValues(itemA, itemB);
      if (!sharedValue.valid) {
        return {
          valid: false,
          mergeErrorPath: [index, ...sharedValue.mergeErrorPath]
        };
      }
      newArray.push(sharedValue.data);
    }
    return { valid: true, data: newArray };
  }
  return { valid: false, mergeErrorPath: [] };
}
function handleIntersectionResults(result, left, right) {
  const unrecKeys = /* @__PURE__ */ new Map();
  let unrecIssue;
  const keyIssues = /* @__PURE__ */ new Map();
  const collect = (iss, side) => {
    let keys;
    if (iss.code === "unrecognized_keys" && !iss.path?.length) {
      unrecIssue ?? (unrecIssue = iss);
      keys = iss.keys;
    } else if (iss.code === "invalid_key" && iss.origin === "record" && iss.path?.length === 1) {
      const k = String(iss.path[0]);
      if (!keyIssues.has(k))
        keyIssues.set(k, iss);
      keys = [k];
    } else {
      return false;
    }
    for (const k of keys) {
      if (!unrecKeys.has(k))
        unrecKeys.set(k, {});
      unrecKeys.get(k)[side] = true;
    }
    return true;
  };
  for (const iss of left.issues) {
    if (!collect(iss, "l"))
      result.issues.push(iss);
  }
  for (const iss of right.issues) {
    if (!collect(iss, "r"))
      result.issues.push(iss);
  }
  const bothKeys = [...unrecKeys].filter(([, f]) => f.l && f.r).map(([k]) => k);
  if (bothKeys.length) {
    const aggregated = unrecIssue ? bothKeys.filter((k) => unrecIssue.keys.includes(k)) : [];
    if (aggregated.length)
      result.issues.push({ ...unrecIssue, keys: aggregated });
    for (const k of bothKeys) {
      if (!aggregated.includes(k) && keyIssues.has(k))
        result.issues.push(keyIssues.get(k));
    }
  }
  const merged = mergeValues(left.value, right.value);
  if (!merged.valid) {
    if (aborted(result))
      return result;
    throw new Error(`Unmergable intersection. Error path: ${JSON.stringify(merged.mergeErrorPath)}`);
  }
  result.value = merged.data;
  return result;
}
var $ZodTuple = /* @__PURE__ */ $constructor("$ZodTuple", (inst, def) => {
  $ZodType.init(inst, def);
  const items = def.items;
  const memo2 = globalConfig.memoizer;
  memo2?.attach(inst);
  inst._zod.parse = (payload, ctx) => {
    const input = payload.value;
    if (!Array.isArray(input)) {
      payload.issues.push({
        input,
        inst,
        expected: "tuple",
        code: "invalid_type"
      });
      return payload;
    }
    payload.value = memo2 ? memo2.alloc(inst, payload, [], ctx) : [];
    const proms = [];
    const optinStart = getTupleOptStart(items, "optin");
    const optoutStart = getTupleOptStart(items, "optout");
    if (!def.rest) {
      if (input.length < optinStart) {
        payload.issues.push({
          code: "too_small",
          minimum: optinStart,
          inclusive: true,
          input,
          inst,
          origin: "array"
        });
        return payload;
      }
      if (input.length > items.length) {
        payload.issues.push({
          code: "too_big",
          maximum: items.length,
          inclusive: true,
          input,
          inst,
          origin: "array"
        });
      }
    }
    const itemResults = new Array(items.length);
    const abortEarly = def.rest ? ctx?.abortEarly : void 0;
    let itemAborted = false;
    for (let i = 0; i < items.length; i++) {
      const r = items[i]._zod.run({ value: input[i], issues: [] }, ctx);
      if (r instanceof Promise) {
        proms.push(r.then((rr) => {
          itemResults[i] = rr;
        }));
      } else {
        itemResults[i] = r;
        if (abortEarly && !itemAborted && r.issues.length)
          itemAborted = aborted(r);
      }
    }
    if (def.rest && !itemAborted) {
      let i = items.length - 1;
      const rest = input.slice(items.length);
      let seen = payload.issues.length;
      for (const el of rest) {
        if (abortEarly && payload.issues.length !== seen) {
          if (aborted(payload, seen))
            break;
          seen = payload.issues.length;
        }
        i++;
        const result = def.rest._zod.run({ value: el, issues: [] }, ctx);
        if (result instanceof Promise) {
          proms.push(result.then((r) => handleTupleResult(r, payload, i)));
        } else {
          handleTupleResult(result, payload, i);
        }
      }
    }
    if (proms.length) {
      return Promise.all(proms).then(() => handleTupleResults(itemResults, payload, items, input, optoutStart));
    }
    return handleTupleResults(itemResults, payload, items, input, optoutStart);
  };
});
function getTupleOptStart(items, key) {
  for (let i = items.length - 1; i >= 0; i--) {
    const omittable = key === "optin" ? items[i]._zod.optin !== void 0 : items[i]._zod.optout === "optional";
    if (!omittable)
      return i + 1;
  }
  return 0;
}
function handleTupleResult(result, final, index) {
  if (result.issues.length) {
    final.issues.push(...prefixIssues(index, result.issues));
  }
  final.value[index] = result.value;
}
function handleTupleResults(itemResults, final, items, input, optoutStart) {
  for (let i = 0; i < items.length; i++) {
    const r = itemResults[i];
    const isPresent = i < input.length;
    if (!isPresent && i >= optoutStart && items[i]._zod.optin === "optional") {
      final.value.length = i;
      break;
    }
    if (r.issues.length) {
      if (!isPresent && i >= optoutStart) {
        final.value.length = i;
        break;
      }
      final.issues.push(...prefixIssues(i, r.issues));
    }
    final.value[i] = r.value;
  }
  for (let i = final.value.length - 1; i >= input.length; i--) {
    if (items[i]._zod.optout === "optional" && final.value[i] === void 0) {
      final.value.length = i;
    } else {
      break;
    }
  }
  return final;
}
var $ZodRecord = /* @__PURE__ */ $constructor("$ZodRecord", (inst, def) => {
  $ZodType.init(inst, def);
  const memo2 = globalConfig.memoizer;
  memo2?.attach(inst);
  inst._zod.parse = (payload, ctx) => {
    const input = payload.value;
    if (!isPlainObject(input)) {
      payload.issues.push({
        expected: "record",
        code: "invalid_type",
        input,
        inst
      });
      return payload;
    }
    const proms = [];
    const values = def.keyType._zod.values;
    if (values && !def.partial) {
      payload.value = memo2 ? memo2.alloc(inst, payload, {}, ctx) : {};
      const recordKeys = /* @__PURE__ */ new Set();
      for (const key of values) {
        if (typeof key === "string" || typeof key === "number" || typeof key === "symbol") {
          recordKeys.add(typeof key === "number" ? key.toString() : key);
          if (key === "__proto__")
            continue;
          const keyResult = def.keyType._zod.run({ value: key, issues: [] }, ctx);
          if (keyResult instanceof Promise) {
            throw new Error("Async schemas not supported in object keys currently");
          }
          if (keyResult.issues.length) {
            payload.issues.push({
              code: "invalid_key",
              origin: "record",
              issues: keyResult.issues.map((iss) => finalizeIssue(iss, ctx, config())),
              input: key,
              path: [key],
              inst
            });
            continue;
          }
          const outKey = keyResult.value;
          if (outKey === "__proto__")
            continue;
          const result = def.valueType._zod.run({ value: input[key], issues: [] }, ctx);
          if (result instanceof Promise) {
            proms.push(result.then((result2) => {
              if (result2.issues.length) {
                payload.issues.push(...prefixIssues(key, result2.issues));
              }
              payload.value[outKey] = result2.value;
            }));
          } else {
            if (result.issues.length) {
              payload.issues.push(...prefixIssues(key, result.issues));
            }
            payload.value[outKey] = result.value;
          }
        }
      }
      let unrecognized;
      for (const key in input) {
        if (!recordKeys.has(key)) {
          if (def.mode === "loose") {
            if (key === "__proto__")
              continue;
            payload.value[key] = input[key];
          } else {
            unrecognized = unrecognized ?? [];
            unrecognized.push(key);
          }
        }
      }
      if (unrecognized && unrecognized.length > 0) {
        payload.issues.push({
          code: "unrecognized_keys",
          input,
          inst,
          keys: unrecognized,
          continue: true
        });
      }
    } else {
      payload.value = memo2 ? memo2.alloc(inst, payload, {}, ctx) : {};
      let unrecognized;
      for (const key of Reflect.ownKeys(input)) {
        if (key === "__proto__")
          continue;
        if (!Object.prototype.propertyIsEnumerable.call(input, key))
          continue;
        let keyResult = def.keyType._zod.run({ value: key, issues: [] }, ctx);
        if (keyResult instanceof Promise) {
          throw new Error("Async schemas not supported in object keys currently");
        }
        const checkNumericKey = typeof key === "string" && number.test(key) && keyResult.issues.length;
        if (checkNumericKey) {
          const retryResult = def.keyType._zod.run({ value: Number(key), issues: [] }, ctx);
          if (retryResult instanceof Promise) {
            throw new Error("Async schemas not supported in object keys currently");
          }
          if (retryResult.issues.length === 0) {
            keyResult = retryResult;
          }
        }
        if (keyResult.issues.length) {
          if (def.mode === "loose") {
            payload.value[key] = input[key];
          } else if (values) {
            unrecognized = unrecognized ?? [];
            unrecognized.push(key);
          } else {
            payload.issues.push({
              code: "invalid_key",
              origin: "record",
              issues: keyResult.issues.map((iss) => finalizeIssue(iss, ctx, config())),
              input: key,
              path: [key],
              inst
            });
          }
          continue;
        }
        const outKey = keyResult.value;
        if (outKey === "__proto__")
          continue;
        const result = def.valueType._zod.run({ value: input[key], issues: [] }, ctx);
        if (result instanceof Promise) {
          proms.push(result.then((result2) => {
            if (result2.issues.length) {
              payload.issues.push(...prefixIssues(key, result2.issues));
            }
            payload.value[outKey] = result2.value;
          }));
        } else {
          if (result.issues.length) {
            payload.issues.push(...prefixIssues(key, result.issues));
          }
          payload.value[outKey] = result.value;
        }
      }
      if (unrecognized && unrecognized.length > 0) {
        payload.issues.push({
          code: "unrecognized_keys",
          input,
          inst,
          keys: unrecognized,
          continue: true
        });
      }
    }
    if (proms.length) {
      return Promise.all(proms).then(() => payload);
    }
    return payload;
  };
});
var $ZodEnum = /* @__PURE__ */ $constructor("$ZodEnum", (inst, def) => {
  $ZodType.init(inst, def);
  const values = getEnumValues(def.entries);
  const valuesSet = new Set(values);
  inst._zod.values = valuesSet;
  defineLazyInternal(inst, "pattern", (zod) => {
    const patternValues = getEnumValues(zod.def.entries).filter((k) => propertyKeyTypes.has(typeof k));
    return new RegExp(patternValues.length ? `^(${patternValues.map((o) => escapeRegex(o.toString())).join("|")})$` : "^[^\\s\\S]$");
  });
  inst._zod.parse = (payload, _ctx) => {
    const input = payload.value;
    if (valuesSet.has(input)) {
      return payload;
    }
    payload.issues.push({
      code: "invalid_value",
      values,
      input,
      inst
    });
    return payload;
  };
});
var $ZodLiteral = /* @__PURE__ */ $constructor("$ZodLiteral", (inst, def) => {
  $ZodType.init(inst, def);
  const values = new Set(def.values);
  inst._zod.values = values;
  defineLazyInternal(inst, "pattern", (zod) => {
    const vals = zod.def.values;
    return new RegExp(vals.length ? `^(${vals.map((o) => typeof o === "string" ? escapeRegex(o) : o ? escapeRegex(o.toString()) : String(o)).join("|")})$` : "^[^\\s\\S]$");
  });
  inst._zod.parse = (payload, _ctx) => {
    const input = payload.value;
    if (values.has(input)) {
      return payload;
    }
    payload.issues.push({
      code: "invalid_value",
      values: def.values,
      input,
      inst
    });
    return payload;
  };
});
var $ZodTransform = /* @__PURE__ */ $constructor("$ZodTransform", (inst, def) => {
  $ZodType.init(inst, def);
  inst._zod.optin = "optional";
  globalConfig.memoizer?.guard(inst);
  inst._zod.parse = (payload, ctx) => {
    if (ctx.direction === "backward") {
      throw new $ZodEncodeError(inst.constructor.name);
    }
    const _out = def.transform(payload.value, payload);
    if (ctx.async) {
      const output = _out instanceof Promise ? _out : Promise.resolve(_out);
      return output.then((output2) => {
        payload.value = output2;
        return payload;
      });
    }
    if (_out instanceof Promise) {
      throw new $ZodAsyncError();
    }
    payload.value = _out;
    return payload;
  };
});
function handleOptionalResult(payload, result) {
  payload.value = result.issues.length ? void 0 : result.value;
  return payload;
}
var $ZodOptional = /* @__PURE__ */ $constructor("$ZodOptional", (inst, def) => {
  $ZodType.init(inst, def);
  defineLazyInternal(inst, "optin", (zod) => zod.def.innerType._zod.optin === "defaulted" ? "defaulted" : "optional");
  inst._zod.optout = "optional";
  defineLazyInternal(inst, "values", (zod) => {
    const values = zod.def.innerType._zod.values;
    return values ? /* @__PURE__ */ new Set([...values, void 0]) : void 0;
  });
  defineLazyInternal(inst, "pattern", (zod) => {
    const pattern = zod.def.innerType._zod.pattern;
    return pattern ? new RegExp(`^(${cleanRegex(pattern.source)})?$`) : void 0;
  });
  inst._zod.parse = (payload, ctx) => {
    if (payload.value === void 0) {
      if (def.innerType._zod.optin !== "defaulted")
        return payload;
      const result = def.innerType._zod.run({ value: payload.value, issues: [] }, ctx);
      if (result instanceof Promise)
        return result.then((result2) => handleOptionalResult(payload, result2));
      return handleOptionalResult(payload, result);
    }
    return def.innerType._zod.run(payload, ctx);
  };
});
var $ZodExactOptional = /* @__PURE__ */ $constructor("$ZodExactOptional", (inst, def) => {
  $ZodOptional.init(inst, def);
  defineLazyInternal(inst, "values", (zod) => zod.def.innerType._zod.values);
  defineLazyInternal(inst, "pattern", (zod) => zod.def.innerType._zod.pattern);
  inst._zod.parse = (payload, ctx) => {
    return def.innerType._zod.run(payload, ctx);
  };
});
var $ZodNullable = /* @__PURE__ */ $constructor("$ZodNullable", (inst, def) => {
  $ZodType.init(inst, def);
  defineLazyInternal(inst, "optin", (zod) => zod.def.innerType._zod.optin);
  defineLazyInternal(inst, "optout", (zod) => zod.def.innerType._zod.optout);
  defineLazyInternal(inst, "pattern", (zod) => {
    const pattern = zod.def.innerType._zod.pattern;
    return pattern ? new RegExp(`^(${cleanRegex(pattern.source)}|null)$`) : void 0;
  });
  defineLazyInternal(inst, "values", (zod) => {
    return zod.def.innerType._zod.values ? /* @__PURE__ */ new Set([...zod.def.innerType._zod.values, null]) : void 0;
  });
  inst._zod.parse = (payload, ctx) => {
    if (payload.value === null)
      return payload;
    return def.innerType._zod.run(payload, ctx);
  };
});
var $ZodDefault = /* @__PURE__ */ $constructor("$ZodDefault", (inst, def) => {
  $ZodType.init(inst, def);
  inst._zod.optin = "defaulted";
  defineLazyInternal(inst, "values", (zod) => zod.def.innerType._zod.values);
  inst._zod.parse = (payload, ctx) => {
    if (ctx.direction === "backward") {
      return def.innerType._zod.run(payload, ctx);
    }
    if (payload.value === void 0) {
      payload.value = def.defaultValue;
      return payload;
    }
    const result = def.innerType._zod.run(payload, ctx);
    if (result instanceof Promise) {
      return result.then((result2) => handleDefaultResult(result2, def));
    }
    return handleDefaultResult(result, def);
  };
});
function handleDefaultResult(payload, def) {
  if (payload.value === void 0) {
    payload.value = def.defaultValue;
  }
  return payload;
}
var $ZodPrefault = /* @__PURE__ */ $constructor("$ZodPrefault", (inst, def) => {
  $ZodType.init(inst, def);
  inst._zod.optin = "defaulted";
  defineLazyInternal(inst, "values", (zod) => zod.def.innerType._zod.values);
  inst._zod.parse = (payload, ctx) => {
    if (ctx.direction === "backward") {
      return def.innerType._zod.run(payload, ctx);
    }
    if (payload.value === void 0) {
      payload.value = def.defaultValue;
    }
    return def.innerType._zod.run(payload, ctx);
  };
});
var $ZodNonOptional = /* @__PURE__ */ $constructor("$ZodNonOptional", (inst, def) => {
  $ZodType.init(inst, def);
  defineLazyInternal(inst, "values", (zod) => {
    const v = zod.def.innerType._zod.values;
    return v ? new Set([...v].filter((x) => x !== void 0)) : void 0;
  });
  inst._zod.parse = (payload, ctx) => {
    const result = def.innerType._zod.run(payload, ctx);
    if (result instanceof Promise) {
      return result.then((result2) => handleNonOptionalResult(result2, inst));
    }
    return handleNonOptionalResult(result, inst);
  };
});
function handleNonOptionalResult(payload, inst) {
  if (!payload.issues.length && payload.value === void 0) {
    payload.issues.push({
      code: "invalid_type",
      expected: "nonoptional",
      input: payload.value,
      inst
    });
  }
  return payload;
}
function handleCatchResult(payload, result, def, ctx) {
  if (!result.issues.length) {
    payload.value = result.value;
    if (result.memo)
      payload.memo = true;
    return payload;
  }
  payload.value = def.catchValue({
    ...result,
    value: payload.value,
    error: {
      issues: result.issues.map((iss) => finalizeIssue(iss, ctx, config()))
    },
    input: payload.value
  });
  return payload;
}
var $ZodCatch = /* @__PURE__ */ $constructor("$ZodCatch", (inst, def) => {
  $ZodType.init(inst, def);
  defineLazyInternal(inst, "optin", (zod) => zod.def.innerType._zod.optin === "defaulted" ? "defaulted" : "optional");
  defineLazyInternal(inst, "optout", (zod) => zod.def.innerType._zod.optout);
  defineLazyInternal(inst, "values", (zod) => zod.def.innerType._zod.values);
  inst._zod.parse = (payload, ctx) => {
    if (ctx.direction === "backward") {
      return def.innerType._zod.run(payload, ctx);
    }
    const result = def.innerType._zod.run({ value: payload.value, issues: [] }, ctx);
    if (result instanceof Promise) {
      return result.then((result2) => handleCatchResult(payload, result2, def, ctx));
    }
    return handleCatchResult(payload, result, def, ctx);
  };
});
var $ZodPipe = /* @__PURE__ */ $constructor("$ZodPipe", (inst, def) => {
  $ZodType.init(inst, def);
  defineLazyInternal(inst, "values", (zod) => zod.def.in._zod.values);
  defineLazyInternal(inst, "optin", (zod) => zod.def.in._zod.optin);
  defineLazyInternal(inst, "optout", (zod) => zod.def.out._zod.optout);
  defineLazyInternal(inst, "propValues", (zod) => zod.def.in._zod.propValues);
  inst._zod.parse = (payload, ctx) => {
    if (ctx.direction === "backward") {
      const right = def.out._zod.run(payload, ctx);
      if (right instanceof Promise) {
        return right.then((right2) => handlePipeResult(right2, def.in, ctx));
      }
      return handlePipeResult(right, def.in, ctx);
    }
    const left = def.in._zod.run(payload, ctx);
    if (left instanceof Promise) {
      return left.then((left2) => handlePipeResult(left2, def.out, ctx));
    }
    return handlePipeResult(left, def.out, ctx);
  };
});
function handlePipeResult(left, next, ctx) {
  if (left.issues.some((iss) => iss.code !== "unrecognized_keys")) {
    left.aborted = true;
    return left;
  }
  return next._zod.run({ value: left.value, issues: left.issues }, ctx);
}
var $ZodPreprocess = /* @__PURE__ */ $constructor("$ZodPreprocess", (inst, def) => {
  $ZodPipe.init(inst, def);
});
var $ZodReadonly = /* @__PURE__ */ $constructor("$ZodReadonly", (inst, def) => {
  $ZodType.init(inst, def);
  defineLazyInternal(inst, "propValues", (zod) => zod.def.innerType._zod.propValues);
  defineLazyInternal(inst, "values", (zod) => zod.def.innerType._zod.values);
  defineLazyInternal(inst, "optin", (zod) => zod.def.innerType?._zod?.optin);
  defineLazyInternal(inst, "optout", (zod) => zod.def.innerType?._zod?.optout);
  inst._zod.parse = (payload, ctx) => {
    if (ctx.direction === "backward") {
      return def.innerType._zod.run(payload, ctx);
    }
    const result = def.innerType._zod.run(payload, ctx);
    if (result instanceof Promise) {
      return result.then(handleReadonlyResult);
    }
    return handleReadonlyResult(result);
  };
});
function handleReadonlyResult(payload) {
  if (!payload.memo)
    payload.value = Object.freeze(payload.value);
  return payload;
}
var $ZodLazy = /* @__PURE__ */ $constructor("$ZodLazy", (inst, def) => {
  $ZodType.init(inst, def);
  defineLazy(inst._zod, "innerType", () => {
    const d = def;
    if (!d._cachedInner)
      d._cachedInner = def.getter();
    return d._cachedInner;
  });
  defineLazyInternal(inst, "pattern", (zod) => zod.innerType?._zod?.pattern);
  defineLazyInternal(inst, "propValues", (zod) => zod.innerType?._zod?.propValues);
  defineLazyInternal(inst, "optin", (zod) => zod.innerType?._zod?.optin ?? void 0);
  defineLazyInternal(inst, "optout", (zod) => zod.innerType?._zod?.optout ?? void 0);
  inst._zod.parse = (payload, ctx) => {
    const inner = inst._zod.innerType;
    return inner._zod.run(payload, ctx);
  };
});
var $ZodCustom = /* @__PURE__ */ $constructor("$ZodCustom", (inst, def) => {
  $ZodCheck.init(inst, def);
  $ZodType.init(inst, def);
  inst._zod.parse = (payload, _) => {
    return payload;
  };
  inst._zod.check = (payload) => {
    const input = payload.value;
    const r = def.fn(input);
    if (r instanceof Promise) {
      return r.then((r2) => handleRefineResult(r2, payload, input, inst));
    }
    handleRefineResult(r, payload, input, inst);
    return;
  };
});
function handleRefineResult(result, payload, input, inst) {
  if (!result) {
    const _iss = {
      code: "custom",
      input,
      inst,
      // incorporates params.error into issue reporting
      path: [...inst._zod.def.path ?? []],
      // incorporates params.error into issue reporting
      continue: !inst._zod.def.abort
      // params: inst._zod.def.params,
    };
    if (inst._zod.def.params)
      _iss.params = inst._zod.def.params;
    payload.issues.push(issue(_iss));
  }
}

// node_modules/zod/v4/core/memoizer.js
var $ZodCyclicError = class extends Error {
  constructor() {
    super(`Cannot parse a reference cycle that closes through a transform`);
    this.name = "ZodCyclicError";
  }
};
var STATE = "~memo";
var NO_ISSUES = [];
function isRef(value) {
  return value !== null && typeof value === "object";
}
function cloneIssues(issues) {
  return issues.map((iss) => iss.path ? { ...iss, path: iss.path.slice() } : { ...iss });
}
var recursive = /* @__PURE__ */ new WeakMap();
var NONE = 0;
var ASSUMED = 1;
var PROVEN = 2;
function isRecursive(inst, stack, resolve2) {
  const cached2 = recursive.get(inst);
  if (cached2 !== void 0)
    return cached2 ? PROVEN : NONE;
  if (stack.has(inst))
    return PROVEN;
  stack.add(inst);
  let result = NONE;
  const check = (child) => {
    if (result !== PROVEN && child?._zod) {
      const answer = isRecursive(child, stack, resolve2);
      if (answer > result)
        result = answer;
    }
  };
  const shape = (sh, spread2) => {
    let answer = NONE;
    for (const key of Reflect.ownKeys(sh)) {
      const desc = Object.getOwnPropertyDescriptor(sh, key);
      if (spread2 && !desc.enumerable)
        continue;
      const child = desc.get ? ASSUMED : desc.value?._zod ? isRecursive(desc.value, stack, resolve2) : NONE;
      if (child > answer)
        answer = child;
    }
    return answer;
  };
  const merge2 = (answer) => {
    if (answer > result)
      result = answer;
  };
  const def = inst._zod.def;
  const kind = def.type;
  switch (kind) {
    case "object": {
      const raw = rawShape(def);
      merge2(raw ? shape(raw, true) : ASSUMED);
      check(def.catchall);
      break;
    }
    case "array":
      check(def.element);
      break;
    case "tuple":
      for (const el of def.items)
        check(el);
      check(def.rest);
      break;
    case "record":
    case "map":
      check(def.keyType);
      check(def.valueType);
      break;
    case "set":
      check(def.valueType);
      break;
    case "union":
      for (const el of def.options)
        check(el);
      break;
    case "intersection":
      check(def.left);
      check(def.right);
      break;
    case "optional":
    case "nullable":
    case "default":
    case "prefault":
    case "catch":
    case "readonly":
    case "nonoptional":
    case "promise":
    case "success":
      check(def.innerType);
      break;
    case "pipe":
      check(def.in);
      check(def.out);
      break;
    case "function":
      check(def.input);
      check(def.output);
      break;
    // `$ZodLazy` caches its inner on the def, so a resolved edge is followed exactly
    case "lazy": {
      const inner = def._cachedInner ?? (resolve2 ? inst._zod.innerType : void 0);
      merge2(inner ? isRecursive(inner, stack, false) : ASSUMED);
      break;
    }
    // a leaf by choice: `parts` are regex fragments, not data positions
    case "template_literal":
    // leaves
    case "string":
    case "number":
    case "int":
    case "boolean":
    case "bigint":
    case "symbol":
    case "undefined":
    case "null":
    case "void":
    case "never":
    case "any":
    case "unknown":
    case "date":
    case "nan":
    case "enum":
    case "literal":
    case "file":
    case "transform":
    case "custom":
      break;
    default: {
      kind;
      for (const key in def) {
        const desc = Object.getOwnPropertyDescriptor(def, key);
        if (!desc || desc.get)
          continue;
        const value = desc.value;
        if (!value || typeof value !== "object")
          continue;
        if (value._zod)
          check(value);
        else if (Array.isArray(value))
          for (const el of value)
            check(el);
      }
    }
  }
  stack.delete(inst);
  return settle(inst, result);
}
function settle(inst, answer) {
  if (answer !== ASSUMED)
    recursive.set(inst, answer === PROVEN);
  return answer;
}
function bucketFor(state, inst) {
  let bucket = state.buckets.get(inst);
  if (!bucket) {
    bucket = /* @__PURE__ */ new WeakMap();
    state.buckets.set(inst, bucket);
  }
  return bucket;
}
var handoff;
var open = [];
var memo = {
  alloc(_inst, payload, empty) {
    const bucket = handoff;
    if (!bucket)
      return empty;
    handoff = void 0;
    const entry = { value: empty, issues: null };
    bucket.set(payload.value, entry);
    open.push(entry);
    return empty;
  },
  guard(inst) {
    var _a3;
    (_a3 = inst._zod).deferred ?? (_a3.deferred = []);
    inst._zod.deferred.push(() => {
      const base = inst._zod.parse;
      const wrapped = (payload, ctx) => {
        if (ctx.direction !== "backward" && isBackEdge(ctx, payload.value))
          throw new $ZodCyclicError();
        return base(payload, ctx);
      };
      inst._zod.parse = wrapped;
      if (inst._zod.run === base)
        inst._zod.run = wrapped;
    });
  },
  attach(inst) {
    var _a3;
    let isRecursiveInst;
    let rechecked = false;
    let lastCtx;
    let lastBucket;
    (_a3 = inst._zod).deferred ?? (_a3.deferred = []);
    inst._zod.deferred.push(() => {
      const base = inst._zod.parse;
      const wrapped = (payload, ctx) => {
        if (isRecursiveInst === void 0) {
          const walked = isRecursive(inst, /* @__PURE__ */ new Set(), false);
          if (walked === NONE) {
            inst._zod.parse = base;
            if (inst._zod.run === wrapped)
              inst._zod.run = base;
            return base(payload, ctx);
          }
          if (walked === PROVEN || rechecked)
            isRecursiveInst = true;
          else
            rechecked = true;
        }
        const input = payload.value;
        if (!isRef(input))
          return base(payload, ctx);
        let state = ctx[STATE];
        if (!state) {
          state = { buckets: /* @__PURE__ */ new WeakMap(), backEdges: void 0 };
          ctx[STATE] = state;
        }
        let bucket;
        if (lastCtx === ctx) {
          bucket = lastBucket;
        } else {
          bucket = bucketFor(state, inst);
          lastCtx = ctx;
          lastBucket = bucket;
        }
        const hit = bucket.get(input);
        if (hit) {
          payload.value = hit.value;
          if (hit.issues) {
            if (hit.issues.length)
              payload.issues.push(...cloneIssues(hit.issues));
          } else {
            payload.memo = true;
            state.backEdges ?? (state.backEdges = /* @__PURE__ */ new WeakSet());
            state.backEdges.add(hit.value);
          }
          return payload;
        }
        handoff = bucket;
        const depth = open.length;
        const result = base(payload, ctx);
        handoff = void 0;
        const entry = open.length > depth ? open.pop() : void 0;
        if (result instanceof Promise) {
          return result.then((r) => {
            if (entry)
              entry.issues = r.issues.length ? cloneIssues(r.issues) : NO_ISSUES;
            return r;
          });
        }
        if (entry)
          entry.issues = result.issues.length ? cloneIssues(result.issues) : NO_ISSUES;
        return result;
      };
      inst._zod.parse = wrapped;
      if (inst._zod.run === base)
        inst._zod.run = wrapped;
    });
  }
};
function memoizer() {
  return memo;
}
function isBackEdge(ctx, value) {
  const backEdges = ctx[STATE]?.backEdges;
  return backEdges !== void 0 && isRef(value) && backEdges.has(value);
}

// node_modules/zod/v4/locales/en.js
var error = () => {
  const Sizable = {
    string: { unit: "characters", verb: "to have" },
    file: { unit: "bytes", verb: "to have" },
    array: { unit: "items", verb: "to have" },
    set: { unit: "items", verb: "to have" },
    map: { unit: "entries", verb: "to have" }
  };
  function getSizing(origin) {
    return Sizable[origin] ?? null;
  }
  const FormatDictionary = {
    regex: "input",
    email: "email address",
    url: "URL",
    emoji: "emoji",
    uuid: "UUID",
    uuidv4: "UUIDv4",
    uuidv6: "UUIDv6",
    nanoid: "nanoid",
    guid: "GUID",
    cuid: "cuid",
    cuid2: "cuid2",
    ulid: "ULID",
    xid: "XID",
    ksuid: "KSUID",
    datetime: "ISO datetime",
    date: "ISO date",
    time: "ISO time",
    duration: "ISO duration",
    ipv4: "IPv4 address",
    ipv6: "IPv6 address",
    mac: "MAC address",
    cidrv4: "IPv4 range",
    cidrv6: "IPv6 range",
    base64: "base64-encoded string",
    base64url: "base64url-encoded string",
    json_string: "JSON string",
    e164: "E.164 number",
    currency_code: "currency code",
    credit_card: "credit card number",
    iban: "IBAN",
    jwt: "JWT",
    template_literal: "input"
  };
  const TypeDictionary = {
    // Compatibility: "nan" -> "NaN" for display
    nan: "NaN"
    // All other type names omitted - they fall back to raw values via ?? operator
  };
  function getTypeName(type, input) {
    if (type === "number" && typeof input === "number" && !Number.isFinite(input)) {
      return String(input);
    }
    return TypeDictionary[type] ?? type;
  }
  return (issue2) => {
    switch (issue2.code) {
      case "invalid_type": {
        const expected = getTypeName(issue2.expected);
        const receivedType = parsedType(issue2.input);
        const received = getTypeName(receivedType, issue2.input);
        return `Invalid input: expected ${expected}, received ${received}`;
      }
      case "invalid_value":
        if (issue2.values.length === 1)
          return `Invalid input: expected ${stringifyPrimitive(issue2.values[0])}`;
        return `Invalid option: expected one of ${joinValues(issue2.values, "|")}`;
      case "too_big": {
        const adj = issue2.exact ? "exactly " : issue2.inclusive ? "<=" : "<";
        const sizing = getSizing(issue2.origin);
        if (sizing)
          return `Too big: expected ${issue2.origin ?? "value"} to have ${adj}${issue2.maximum.toString()} ${sizing.unit ?? "elements"}`;
        return `Too big: expected ${issue2.origin ?? "value"} to be ${adj}${issue2.maximum.toString()}`;
      }
      case "too_small": {
        const adj = issue2.exact ? "exactly " : issue2.inclusive ? ">=" : ">";
        const sizing = getSizing(issue2.origin);
        if (sizing) {
          return `Too small: expected ${issue2.origin} to have ${adj}${issue2.minimum.toString()} ${sizing.unit}`;
        }
        return `Too small: expected ${issue2.origin} to be ${adj}${issue2.minimum.toString()}`;
      }
      case "invalid_format": {
        const _issue = issue2;
        if (_issue.format === "starts_with") {
          return `Invalid string: must start with "${_issue.prefix}"`;
        }
        if (_issue.format === "ends_with")
          return `Invalid string: must end with "${_issue.suffix}"`;
        if (_issue.format === "includes")
          return `Invalid string: must include "${_issue.includes}"`;
        if (_issue.format === "regex")
          return `Invalid string: must match pattern ${_issue.pattern}`;
        return `Invalid ${FormatDictionary[_issue.format] ?? issue2.format}`;
      }
      case "not_multiple_of":
        return `Invalid number: must be a multiple of ${issue2.divisor}`;
      case "unrecognized_keys":
        return `Unrecognized key${issue2.keys.length > 1 ? "s" : ""}: ${joinValues(issue2.keys, ", ")}`;
      case "invalid_key":
        return `Invalid key in ${issue2.origin}`;
      case "invalid_union":
        if (issue2.options && Array.isArray(issue2.options) && issue2.options.length > 0) {
          const opts = issue2.options.map((o) => `'${o}'`).join(" | ");
          return `Invalid discriminator value. Expected ${opts}`;
        }
        if (issue2.inclusive === false) {
          return "Invalid input: more than one option matched";
        }
        return "Invalid input";
      case "invalid_element":
        return `Invalid value in ${issue2.origin}`;
      default:
        return `Invalid input`;
    }
  };
};
function en_default() {
  return {
    localeError: error()
  };
}

// node_modules/zod/v4/core/registries.js
var _a2;
var $ZodRegistry = class {
  constructor() {
    this._map = /* @__PURE__ */ new WeakMap();
    this._idmap = /* @__PURE__ */ new Map();
  }
  add(schema, ..._meta) {
    const meta2 = _meta[0];
    this._map.set(schema, meta2);
    if (meta2 && typeof meta2 === "object" && "id" in meta2) {
      this._idmap.set(meta2.id, schema);
    }
    return this;
  }
  clear() {
    this._map = /* @__PURE__ */ new WeakMap();
    this._idmap = /* @__PURE__ */ new Map();
    return this;
  }
  remove(schema) {
    const meta2 = this._map.get(schema);
    if (meta2 && typeof meta2 === "object" && "id" in meta2) {
      this._idmap.delete(meta2.id);
    }
    this._map.delete(schema);
    return this;
  }
  get(schema) {
    const p = schema._zod.parent;
    if (p) {
      const pm = { ...this.get(p) ?? {} };
      delete pm.id;
      const f = { ...pm, ...this._map.get(schema) };
      return Object.keys(f).length ? f : void 0;
    }
    return this._map.get(schema);
  }
  has(schema) {
    return this._map.has(schema);
  }
};
function registry() {
  return new $ZodRegistry();
}
(_a2 = globalThis).__zod_globalRegistry ?? (_a2.__zod_globalRegistry = registry());
var globalRegistry = globalThis.__zod_globalRegistry;

// node_modules/zod/v4/core/api.js
function snapshotChecks(def) {
  if (def.checks)
    def.checks = [...def.checks];
  return def;
}
// @__NO_SIDE_EFFECTS__
function _string(Class2, params) {
  return new Class2(snapshotChecks({ type: "string", ...normalizeParams(params) }));
}
// @__NO_SIDE_EFFECTS__
function _email(Class2, params) {
  return new Class2({
    type: "string",
    format: "email",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _guid(Class2, params) {
  return new Class2({
    type: "string",
    format: "guid",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _uuid(Class2, params) {
  return new Class2({
    type: "string",
    format: "uuid",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _uuidv4(Class2, params) {
  return new Class2({
    type: "string",
    format: "uuid",
    check: "string_format",
    abort: false,
    version: "v4",
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _uuidv6(Class2, params) {
  return new Class2({
    type: "string",
    format: "uuid",
    check: "string_format",
    abort: false,
    version: "v6",
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _uuidv7(Class2, params) {
  return new Class2({
    type: "string",
    format: "uuid",
    check: "string_format",
    abort: false,
    version: "v7",
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _url(Class2, params) {
  return new Class2({
    type: "string",
    format: "url",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _emoji2(Class2, params) {
  return new Class2({
    type: "string",
    format: "emoji",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _nanoid(Class2, params) {
  return new Class2({
    type: "string",
    format: "nanoid",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _cuid(Class2, params) {
  return new Class2({
    type: "string",
    format: "cuid",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _cuid2(Class2, params) {
  return new Class2({
    type: "string",
    format: "cuid2",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _ulid(Class2, params) {
  return new Class2({
    type: "string",
    format: "ulid",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _xid(Class2, params) {
  return new Class2({
    type: "string",
    format: "xid",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _ksuid(Class2, params) {
  return new Class2({
    type: "string",
    format: "ksuid",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _ipv4(Class2, params) {
  return new Class2({
    type: "string",
    format: "ipv4",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _ipv6(Class2, params) {
  return new Class2({
    type: "string",
    format: "ipv6",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _cidrv4(Class2, params) {
  return new Class2({
    type: "string",
    format: "cidrv4",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _cidrv6(Class2, params) {
  return new Class2({
    type: "string",
    format: "cidrv6",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _base64(Class2, params) {
  return new Class2({
    type: "string",
    format: "base64",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _base64url(Class2, params) {
  return new Class2({
    type: "string",
    format: "base64url",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _e164(Class2, params) {
  return new Class2({
    type: "string",
    format: "e164",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _jwt(Class2, params) {
  return new Class2({
    type: "string",
    format: "jwt",
    check: "string_format",
    abort: false,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _isoDateTime(Class2, params) {
  return new Class2({
    type: "string",
    format: "datetime",
    check: "string_format",
    offset: false,
    local: false,
    precision: null,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _isoDate(Class2, params) {
  return new Class2({
    type: "string",
    format: "date",
    check: "string_format",
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _isoTime(Class2, params) {
  return new Class2({
    type: "string",
    format: "time",
    check: "string_format",
    precision: null,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _isoDuration(Class2, params) {
  return new Class2({
    type: "string",
    format: "duration",
    check: "string_format",
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _number(Class2, params) {
  return new Class2(snapshotChecks({ type: "number", checks: [], ...normalizeParams(params) }));
}
// @__NO_SIDE_EFFECTS__
function _int(Class2, params) {
  return new Class2({
    type: "number",
    check: "number_format",
    abort: false,
    format: "safeint",
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _boolean(Class2, params) {
  return new Class2({
    type: "boolean",
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _null2(Class2, params) {
  return new Class2({
    type: "null",
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _unknown(Class2) {
  return new Class2({
    type: "unknown"
  });
}
// @__NO_SIDE_EFFECTS__
function _never(Class2, params) {
  return new Class2({
    type: "never",
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _lt(value, params) {
  return new $ZodCheckLessThan({
    check: "less_than",
    ...normalizeParams(params),
    value,
    inclusive: false
  });
}
// @__NO_SIDE_EFFECTS__
function _lte(value, params) {
  return new $ZodCheckLessThan({
    check: "less_than",
    ...normalizeParams(params),
    value,
    inclusive: true
  });
}
// @__NO_SIDE_EFFECTS__
function _gt(value, params) {
  return new $ZodCheckGreaterThan({
    check: "greater_than",
    ...normalizeParams(params),
    value,
    inclusive: false
  });
}
// @__NO_SIDE_EFFECTS__
function _gte(value, params) {
  return new $ZodCheckGreaterThan({
    check: "greater_than",
    ...normalizeParams(params),
    value,
    inclusive: true
  });
}
// @__NO_SIDE_EFFECTS__
function _multipleOf(value, params) {
  return new $ZodCheckMultipleOf({
    check: "multiple_of",
    ...normalizeParams(params),
    value
  });
}
// @__NO_SIDE_EFFECTS__
function _maxLength(maximum, params) {
  const ch = new $ZodCheckMaxLength({
    check: "max_length",
    ...normalizeParams(params),
    maximum
  });
  return ch;
}
// @__NO_SIDE_EFFECTS__
function _minLength(minimum, params) {
  return new $ZodCheckMinLength({
    check: "min_length",
    ...normalizeParams(params),
    minimum
  });
}
// @__NO_SIDE_EFFECTS__
function _length(length, params) {
  return new $ZodCheckLengthEquals({
    check: "length_equals",
    ...normalizeParams(params),
    length
  });
}
// @__NO_SIDE_EFFECTS__
function _regex(pattern, params) {
  return new $ZodCheckRegex({
    check: "string_format",
    format: "regex",
    ...normalizeParams(params),
    pattern
  });
}
// @__NO_SIDE_EFFECTS__
function _lowercase(params) {
  return new $ZodCheckLowerCase({
    check: "string_format",
    format: "lowercase",
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _uppercase(params) {
  return new $ZodCheckUpperCase({
    check: "string_format",
    format: "uppercase",
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _includes(includes, params) {
  return new $ZodCheckIncludes({
    check: "string_format",
    format: "includes",
    ...normalizeParams(params),
    includes
  });
}
// @__NO_SIDE_EFFECTS__
function _startsWith(prefix, params) {
  return new $ZodCheckStartsWith({
    check: "string_format",
    format: "starts_with",
    ...normalizeParams(params),
    prefix
  });
}
// @__NO_SIDE_EFFECTS__
function _endsWith(suffix, params) {
  return new $ZodCheckEndsWith({
    check: "string_format",
    format: "ends_with",
    ...normalizeParams(params),
    suffix
  });
}
// @__NO_SIDE_EFFECTS__
function _overwrite(tx) {
  return new $ZodCheckOverwrite({
    check: "overwrite",
    tx
  });
}
// @__NO_SIDE_EFFECTS__
function _normalize(form) {
  return /* @__PURE__ */ _overwrite((input) => input.normalize(form));
}
// @__NO_SIDE_EFFECTS__
function _trim() {
  return /* @__PURE__ */ _overwrite((input) => input.trim());
}
// @__NO_SIDE_EFFECTS__
function _toLowerCase() {
  return /* @__PURE__ */ _overwrite((input) => input.toLowerCase());
}
// @__NO_SIDE_EFFECTS__
function _toUpperCase() {
  return /* @__PURE__ */ _overwrite((input) => input.toUpperCase());
}
// @__NO_SIDE_EFFECTS__
function _slugify() {
  return /* @__PURE__ */ _overwrite((input) => slugify(input));
}
// @__NO_SIDE_EFFECTS__
function _array(Class2, element, params) {
  return new Class2({
    type: "array",
    element,
    // get element() {
    //   return element;
    // },
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function _custom(Class2, fn, _params) {
  const norm = normalizeParams(_params);
  norm.abort ?? (norm.abort = true);
  const schema = new Class2({
    type: "custom",
    check: "custom",
    fn,
    ...norm
  });
  return schema;
}
// @__NO_SIDE_EFFECTS__
function _refine(Class2, fn, _params) {
  const schema = new Class2({
    type: "custom",
    check: "custom",
    fn,
    ...normalizeParams(_params)
  });
  return schema;
}
// @__NO_SIDE_EFFECTS__
function _superRefine(fn, params) {
  const ch = /* @__PURE__ */ _check((payload) => {
    payload.addIssue = (issue2) => {
      if (typeof issue2 === "string") {
        payload.issues.push(issue(issue2, payload.value, ch._zod.def));
      } else {
        const _issue = issue2;
        if (_issue.fatal)
          _issue.continue = false;
        _issue.code ?? (_issue.code = "custom");
        if (!("input" in _issue))
          _issue.input = payload.value;
        _issue.inst ?? (_issue.inst = ch);
        _issue.continue ?? (_issue.continue = !ch._zod.def.abort);
        payload.issues.push(issue(_issue));
      }
    };
    return fn(payload.value, payload);
  }, params);
  return ch;
}
// @__NO_SIDE_EFFECTS__
function _check(fn, params) {
  const ch = new $ZodCheck({
    check: "custom",
    ...normalizeParams(params)
  });
  ch._zod.check = fn;
  return ch;
}

// node_modules/zod/v4/core/to-json-schema.js
function assignProps(target, ...sources) {
  for (const source of sources) {
    for (const key of Reflect.ownKeys(source)) {
      if (Object.prototype.propertyIsEnumerable.call(source, key)) {
        assignProp(target, key, source[key]);
      }
    }
  }
  return target;
}
function initializeContext(params) {
  let target = params?.target ?? "draft-2020-12";
  if (target === "draft-4")
    target = "draft-04";
  if (target === "draft-7")
    target = "draft-07";
  return {
    processors: params.processors ?? {},
    metadataRegistry: params?.metadata ?? globalRegistry,
    target,
    unrepresentable: params?.unrepresentable ?? "throw",
    override: params?.override ?? (() => {
    }),
    io: params?.io ?? "output",
    counter: 0,
    seen: /* @__PURE__ */ new Map(),
    sharedDefsExtractedFor: void 0,
    sharedEmitDoneFor: void 0,
    cycles: params?.cycles ?? "ref",
    reused: params?.reused ?? "inline",
    intersections: [],
    deferred: [],
    external: params?.external ?? void 0
  };
}
function handleUnrepresentable(schema, ctx, json2, params, message2) {
  const result = typeof ctx.unrepresentable === "function" ? ctx.unrepresentable({ zodSchema: schema, path: params.path, message: message2 }) : ctx.unrepresentable;
  if (result === "any")
    return false;
  if (result === void 0 || result === "throw")
    throw new Error(message2);
  Object.assign(json2, result);
  return true;
}
function processSchema(schema, ctx, _params = { path: [], schemaPath: [] }) {
  var _a3;
  const def = schema._zod.def;
  const seen = ctx.seen.get(schema);
  if (seen) {
    seen.count++;
    const isCycle = _params.schemaPath.includes(schema);
    if (isCycle) {
      seen.cycle = _params.path;
    }
    return seen.schema;
  }
  const result = { schema: {}, count: 1, cycle: void 0, path: _params.path };
  ctx.seen.set(schema, result);
  ctx.sharedDefsExtractedFor = void 0;
  ctx.sharedEmitDoneFor = void 0;
  const overrideSchema = schema._zod.toJSONSchema?.();
  if (overrideSchema) {
    result.schema = overrideSchema;
  } else {
    const params = {
      ..._params,
      schemaPath: [..._params.schemaPath, schema],
      path: _params.path
    };
    if (schema._zod.processJSONSchema) {
      schema._zod.processJSONSchema(ctx, result.schema, params);
    } else {
      const _json = result.schema;
      const processor = ctx.processors[def.type];
      if (!processor) {
        throw new Error(`[toJSONSchema]: Non-representable type encountered: ${def.type}`);
      }
      processor(schema, ctx, _json, params);
    }
    const parent = schema._zod.parent;
    if (parent) {
      if (!result.ref)
        result.ref = parent;
      processSchema(parent, ctx, params);
      ctx.seen.get(parent).isParent = true;
    }
  }
  const meta2 = ctx.metadataRegistry.get(schema);
  if (meta2)
    assignProps(result.schema, meta2);
  if (ctx.io === "input" && isTransforming(schema)) {
    delete result.schema.examples;
    delete result.schema.default;
  }
  if (ctx.io === "input" && "_prefault" in result.schema)
    (_a3 = result.schema).default ?? (_a3.default = result.schema._prefault);
  delete result.schema._prefault;
  const _result = ctx.seen.get(schema);
  return _result.schema;
}
function encodeJSONPointerSegment(segment) {
  return segment.replace(/~/g, "~0").replace(/\//g, "~1");
}
function extractDefs(ctx, schema) {
  const root = ctx.seen.get(schema);
  if (!root)
    throw new Error("Unprocessed schema. This is a bug in Zod.");
  if (ctx.external && ctx.sharedDefsExtractedFor === ctx.external)
    return;
  const idToSchema = /* @__PURE__ */ new Map();
  for (const entry of ctx.seen.entries()) {
    const id = ctx.metadataRegistry.get(entry[0])?.id;
    if (id) {
      const existing = idToSchema.get(id);
      if (existing && existing !== entry[0]) {
        throw new Error(`Duplicate schema id "${id}" detected during JSON Schema conversion. Two different schemas cannot share the same id when converted together.`);
      }
      idToSchema.set(id, entry[0]);
    }
  }
  const makeURI = (entry) => {
    const defsSegment = ctx.target === "draft-2020-12" ? "$defs" : "definitions";
    if (ctx.external) {
      const externalId = ctx.external.registry.get(entry[0])?.id;
      const uriGenerator = ctx.external.uri ?? ((id2) => id2);
      if (externalId) {
        return { ref: uriGenerator(externalId) };
      }
      const id = entry[1].defId ?? entry[1].schema.id ?? `schema${ctx.counter++}`;
      entry[1].defId = id;
      return { defId: id, ref: `${uriGenerator("__shared")}#/${defsSegment}/${encodeJSONPointerSegment(id)}` };
    }
    const uriPrefix = `#`;
    const defUriPrefix = `${uriPrefix}/${defsSegment}/`;
    if (entry[1] === root && !entry[1].schema.id) {
      return { ref: uriPrefix };
    }
    const defId = entry[1].schema.id ?? `__schema${ctx.counter++}`;
    return { defId, ref: defUriPrefix + encodeJSONPointerSegment(defId) };
  };
  const extractToDef = (entry) => {
    if (entry[1].schema.$ref) {
      return;
    }
    const seen = entry[1];
    const { ref, defId } = makeURI(entry);
    seen.def = { ...seen.schema };
    if (defId)
      seen.defId = defId;
    const schema2 = seen.schema;
    for (const key in schema2) {
      delete schema2[key];
    }
    schema2.$ref = ref;
  };
  if (ctx.cycles === "throw") {
    for (const entry of ctx.seen.entries()) {
      const seen = entry[1];
      if (seen.cycle) {
        throw new Error(`Cycle detected: #/${seen.cycle?.join("/")}/<root>

Set the \`cycles\` parameter to \`"ref"\` to resolve cyclical schemas with defs.`);
      }
    }
  }
  for (const entry of ctx.seen.entries()) {
    const seen = entry[1];
    if (schema === entry[0]) {
      extractToDef(entry);
      continue;
    }
    if (ctx.external) {
      const ext = ctx.external.registry.get(entry[0])?.id;
      if (schema !== entry[0] && ext) {
        extractToDef(entry);
        continue;
      }
    }
    const id = ctx.metadataRegistry.get(entry[0])?.id;
    if (id) {
      extractToDef(entry);
      continue;
    }
    if (seen.cycle) {
      extractToDef(entry);
      continue;
    }
    if (seen.count > 1) {
      if (ctx.reused === "ref") {
        extractToDef(entry);
      }
    }
  }
  if (ctx.external)
    ctx.sharedDefsExtractedFor = ctx.external;
}
function compactTypeUnion(schema) {
  const options = schema.anyOf;
  if (!Array.isArray(options) || options.length === 0 || schema.type !== void 0)
    return;
  const types = [];
  for (const option of options) {
    if (!option || typeof option !== "object")
      return;
    compactTypeUnion(option);
    const keys = Object.keys(option);
    if (keys.length !== 1 || keys[0] !== "type")
      return;
    const type = option.type;
    for (const member of Array.isArray(type) ? type : [type]) {
      if (typeof member !== "string")
        return;
      if (!types.includes(member))
        types.push(member);
    }
  }
  delete schema.anyOf;
  schema.type = types.length === 1 ? types[0] : types;
}
var FOLDABLE_KEYS = /* @__PURE__ */ new Set(["type", "properties", "required", "additionalProperties"]);
var UNION_KEYS = ["oneOf", "anyOf"];
function undeclaredConstraint(member) {
  const extra = member.additionalProperties;
  if (extra === void 0 || extra === false || typeof extra !== "object" || extra === null)
    return null;
  return Object.keys(extra).length ? extra : null;
}
function foldObjects(members2) {
  const objects = [];
  for (const member of members2) {
    if (typeof member !== "object" || member.type !== "object")
      return null;
    for (const key in member) {
      if (!FOLDABLE_KEYS.has(key))
        return null;
    }
    objects.push(member);
  }
  const properties = {};
  const required2 = /* @__PURE__ */ new Set();
  for (const object2 of objects) {
    for (const key in object2.properties) {
      if (Object.prototype.hasOwnProperty.call(properties, key))
        continue;
      const parts = [];
      for (const other of objects) {
        const part = other.properties?.[key] ?? undeclaredConstraint(other);
        if (part === null || part === void 0)
          continue;
        if (!parts.some((seen) => JSON.stringify(seen) === JSON.stringify(part)))
          parts.push(part);
      }
      const merged = parts.length === 1 ? parts[0] : foldObjects(parts) ?? { allOf: parts };
      assignProp(properties, key, merged);
    }
    for (const key of object2.required ?? [])
      required2.add(key);
  }
  const folded = { type: "object", properties };
  if (required2.size)
    folded.required = [...required2];
  if (objects.every((object2) => object2.additionalProperties === false)) {
    folded.additionalProperties = false;
  } else {
    const constraints = [];
    for (const object2 of objects) {
      const constraint = undeclaredConstraint(object2);
      if (constraint && !constraints.some((seen) => JSON.stringify(seen) === JSON.stringify(constraint)))
        constraints.push(constraint);
    }
    if (constraints.length === 1)
      folded.additionalProperties = constraints[0];
    else if (constraints.length > 1)
      folded.additionalProperties = { allOf: constraints };
  }
  return folded;
}
function foldIntersection(json2) {
  const allOf = json2.allOf;
  if (!Array.isArray(allOf) || allOf.length < 2)
    return;
  for (const key of FOLDABLE_KEYS)
    if (key in json2)
      return;
  const unions = allOf.filter((m) => UNION_KEYS.some((k) => Array.isArray(m[k])));
  let folded = null;
  if (!unions.length) {
    folded = foldObjects(allOf);
  } else {
    const union2 = unions[0];
    const keyword = UNION_KEYS.find((k) => Array.isArray(union2[k]));
    if (Object.keys(union2).length !== 1)
      return;
    const rest = allOf.filter((m) => m !== union2);
    const branches = union2[keyword].map((branch) => foldObjects([...rest, branch]));
    if (branches.some((b) => !b))
      return;
    folded = { [keyword]: branches };
  }
  if (!folded)
    return;
  delete json2.allOf;
  assignProps(json2, folded);
}
function finalize(ctx, schema) {
  const root = ctx.seen.get(schema);
  if (!root)
    throw new Error("Unprocessed schema. This is a bug in Zod.");
  const flattenRef = (zodSchema) => {
    const seen = ctx.seen.get(zodSchema);
    if (seen.ref === null)
      return;
    const schema2 = seen.def ?? seen.schema;
    const _cached = { ...schema2 };
    const ref = seen.ref;
    seen.ref = null;
    if (ref) {
      flattenRef(ref);
      const refSeen = ctx.seen.get(ref);
      const refSchema = refSeen.schema;
      if (refSchema.$ref && (ctx.target === "draft-07" || ctx.target === "draft-04" || ctx.target === "openapi-3.0")) {
        schema2.allOf = schema2.allOf ?? [];
        schema2.allOf.push(refSchema);
      } else {
        assignProps(schema2, refSchema);
      }
      assignProps(schema2, _cached);
      const isParentRef = zodSchema._zod.parent === ref;
      if (isParentRef) {
        for (const key in schema2) {
          if (key === "$ref" || key === "allOf")
            continue;
          if (!(key in _cached)) {
            delete schema2[key];
          }
        }
      }
      if (refSchema.$ref && refSeen.def) {
        for (const key in schema2) {
          if (key === "$ref" || key === "allOf")
            continue;
          if (key in refSeen.def && JSON.stringify(schema2[key]) === JSON.stringify(refSeen.def[key])) {
            delete schema2[key];
          }
        }
      }
    }
    const parent = zodSchema._zod.parent;
    if (parent && parent !== ref) {
      flattenRef(parent);
      const parentSeen = ctx.seen.get(parent);
      if (parentSeen?.schema.$ref) {
        schema2.$ref = parentSeen.schema.$ref;
        if (parentSeen.def) {
          for (const key in schema2) {
            if (key === "$ref" || key === "allOf")
              continue;
            if (key in parentSeen.def && JSON.stringify(schema2[key]) === JSON.stringify(parentSeen.def[key])) {
              delete schema2[key];
            }
          }
        }
      }
    }
    ctx.override({
      zodSchema,
      jsonSchema: schema2,
      path: seen.path ?? []
    });
  };
  if (!ctx.external || ctx.sharedEmitDoneFor !== ctx.external) {
    for (const entry of [...ctx.seen.entries()].reverse()) {
      flattenRef(entry[0]);
    }
    if (ctx.target !== "openapi-3.0") {
      for (const entry of ctx.seen.entries()) {
        compactTypeUnion(entry[1].def ?? entry[1].schema);
      }
    }
    for (const rewrite of ctx.deferred)
      rewrite();
    if (ctx.intersections.length) {
      const carriers = /* @__PURE__ */ new Map();
      for (const seen of ctx.seen.values()) {
        for (const json2 of [seen.schema, seen.def]) {
          const allOf = json2?.allOf;
          if (!Array.isArray(allOf))
            continue;
          const existing = carriers.get(allOf);
          if (existing)
            existing.push(json2);
          else
            carriers.set(allOf, [json2]);
        }
      }
      for (const allOf of ctx.intersections) {
        for (const json2 of carriers.get(allOf) ?? [])
          foldIntersection(json2);
      }
    }
  }
  const result = {};
  if (ctx.target === "draft-2020-12") {
    result.$schema = "https://json-schema.org/draft/2020-12/schema";
  } else if (ctx.target === "draft-07") {
    result.$schema = "http://json-schema.org/draft-07/schema#";
  } else if (ctx.target === "draft-04") {
    result.$schema = "http://json-schema.org/draft-04/schema#";
  } else if (ctx.target === "openapi-3.0") {
  } else {
  }
  if (ctx.external?.uri) {
    const id = ctx.external.registry.get(schema)?.id;
    if (!id)
      throw new Error("Schema is missing an `id` property");
    result.$id = ctx.external.uri(id);
  }
  assignProps(result, root.defId ? root.schema : root.def ?? root.schema);
  const rootMetaId = ctx.metadataRegistry.get(schema)?.id;
  if (rootMetaId !== void 0 && result.id === rootMetaId)
    delete result.id;
  const defs = ctx.external?.defs ?? {};
  if (!ctx.external || ctx.sharedEmitDoneFor !== ctx.external) {
    for (const entry of ctx.seen.entries()) {
      const seen = entry[1];
      if (seen.def && seen.defId) {
        if (seen.def.id === seen.defId)
          delete seen.def.id;
        assignProp(defs, seen.defId, seen.def);
      }
    }
  }
  if (ctx.external)
    ctx.sharedEmitDoneFor = ctx.external;
  if (ctx.external) {
  } else {
    if (Object.keys(defs).length > 0) {
      if (ctx.target === "draft-2020-12") {
        result.$defs = defs;
      } else {
        result.definitions = defs;
      }
    }
  }
  try {
    const finalized = JSON.parse(JSON.stringify(result));
    Object.defineProperty(finalized, "~standard", {
      value: {
        ...schema["~standard"],
        jsonSchema: {
          input: createStandardJSONSchemaMethod(schema, "input", ctx.processors),
          output: createStandardJSONSchemaMethod(schema, "output", ctx.processors)
        }
      },
      enumerable: false,
      writable: false
    });
    return finalized;
  } catch (_err) {
    throw new Error("Error converting schema to JSON.");
  }
}
function isTransforming(_schema, _ctx) {
  const ctx = _ctx ?? { seen: /* @__PURE__ */ new Set() };
  if (ctx.seen.has(_schema))
    return false;
  ctx.seen.add(_schema);
  const def = _schema._zod.def;
  if (def.type === "transform")
    return true;
  if (def.type === "array")
    return isTransforming(def.element, ctx);
  if (def.type === "set")
    return isTransforming(def.valueType, ctx);
  if (def.type === "lazy")
    return isTransforming(def.getter(), ctx);
  if (def.type === "promise" || def.type === "optional" || def.type === "nonoptional" || def.type === "nullable" || def.type === "readonly" || def.type === "default" || def.type === "prefault" || def.type === "catch") {
    return isTransforming(def.innerType, ctx);
  }
  if (def.type === "intersection") {
    return isTransforming(def.left, ctx) || isTransforming(def.right, ctx);
  }
  if (def.type === "record" || def.type === "map") {
    return isTransforming(def.keyType, ctx) || isTransforming(def.valueType, ctx);
  }
  if (def.type === "pipe") {
    if (_schema._zod.traits.has("$ZodCodec"))
      return true;
    return isTransforming(def.in, ctx) || isTransforming(def.out, ctx);
  }
  if (def.type === "object") {
    for (const key in def.shape) {
      if (isTransforming(def.shape[key], ctx))
        return true;
    }
    return false;
  }
  if (def.type === "union") {
    for (const option of def.options) {
      if (isTransforming(option, ctx))
        return true;
    }
    return false;
  }
  if (def.type === "tuple") {
    for (const item of def.items) {
      if (isTransforming(item, ctx))
        return true;
    }
    if (def.rest && isTransforming(def.rest, ctx))
      return true;
    return false;
  }
  return false;
}
var createToJSONSchemaMethod = (schema, processors = {}) => (params) => {
  const ctx = initializeContext({ ...params, processors });
  processSchema(schema, ctx);
  extractDefs(ctx, schema);
  return finalize(ctx, schema);
};
var createStandardJSONSchemaMethod = (schema, io, processors = {}) => (params) => {
  const { libraryOptions, target } = params ?? {};
  const ctx = initializeContext({ ...libraryOptions ?? {}, target, io, processors });
  processSchema(schema, ctx);
  extractDefs(ctx, schema);
  return finalize(ctx, schema);
};

// node_modules/zod/v4/core/json-schema-processors.js
var narrowMin = (agg, key, value) => {
  if (agg[key] === void 0 || value > agg[key])
    agg[key] = value;
};
var narrowMax = (agg, key, value) => {
  if (agg[key] === void 0 || value < agg[key])
    agg[key] = value;
};
var narrowBoth = (agg, value) => {
  narrowMin(agg, "minimum", value);
  narrowMax(agg, "maximum", value);
};
var addDivisor = (agg, value) => {
  agg.multipleOf ?? (agg.multipleOf = []);
  if (!agg.multipleOf.includes(value))
    agg.multipleOf.push(value);
};
var addPattern = (agg, pattern) => {
  agg.patterns ?? (agg.patterns = /* @__PURE__ */ new Set());
  agg.patterns.add(pattern);
};
var intersectMime = (agg, mime) => {
  agg.mime = agg.mime ? agg.mime.filter((m) => mime.includes(m)) : [...mime];
};
var setFormat = (agg, format) => {
  agg.format = format;
  if (format.includes("int"))
    agg.isInt = true;
};
var minContributor = (agg, def) => narrowMin(agg, "minimum", def.minimum);
var maxContributor = (agg, def) => narrowMax(agg, "maximum", def.maximum);
var formatContributor = (ranges) => (agg, def) => {
  setFormat(agg, def.format);
  const [minimum, maximum] = ranges[def.format];
  narrowMin(agg, "minimum", minimum);
  narrowMax(agg, "maximum", maximum);
};
var contributors = {
  greater_than: (agg, def) => narrowMin(agg, def.inclusive ? "minimum" : "exclusiveMinimum", def.value),
  less_than: (agg, def) => narrowMax(agg, def.inclusive ? "maximum" : "exclusiveMaximum", def.value),
  multiple_of: (agg, def) => addDivisor(agg, def.value),
  number_format: formatContributor(NUMBER_FORMAT_RANGES),
  bigint_format: formatContributor(BIGINT_FORMAT_RANGES),
  min_length: minContributor,
  max_length: maxContributor,
  length_equals: (agg, def) => narrowBoth(agg, def.length),
  min_size: minContributor,
  max_size: maxContributor,
  size_equals: (agg, def) => narrowBoth(agg, def.size),
  string_format: (agg, def) => {
    setFormat(agg, def.format);
    if (def.pattern)
      addPattern(agg, def.pattern);
    if (def.format === "base64" || def.format === "base64url")
      agg.contentEncoding = def.format;
    if (def.local || def.precision === -1)
      agg.laxFormat = true;
  },
  mime_type: (agg, def) => intersectMime(agg, def.mime)
};
function aggregateChecks(schema) {
  const agg = {};
  const def = schema._zod.def;
  const list = schema._zod.traits.has("$ZodCheck") ? [schema, ...def.checks ?? []] : def.checks ?? [];
  for (const ch of list)
    contributors[ch._zod.def.check]?.(agg, ch._zod.def);
  const bag = schema._zod.bag;
  if (bag.minimum !== void 0)
    narrowMin(agg, "minimum", bag.minimum);
  if (bag.exclusiveMinimum !== void 0)
    narrowMin(agg, "exclusiveMinimum", bag.exclusiveMinimum);
  if (bag.maximum !== void 0)
    narrowMax(agg, "maximum", bag.maximum);
  if (bag.exclusiveMaximum !== void 0)
    narrowMax(agg, "exclusiveMaximum", bag.exclusiveMaximum);
  if (bag.multipleOf !== void 0)
    addDivisor(agg, bag.multipleOf);
  if (bag.format !== void 0) {
    agg.format ?? (agg.format = bag.format);
    if (bag.format.includes("int"))
      agg.isInt = true;
  }
  if (bag.mime)
    intersectMime(agg, bag.mime);
  for (const pattern of bag.patterns ?? [])
    addPattern(agg, pattern);
  return agg;
}
var formatMap = {
  guid: "uuid",
  url: "uri",
  datetime: "date-time",
  json_string: "json-string",
  regex: ""
  // do not set
};
var exactPatterns = /* @__PURE__ */ new Map([
  [base64Charset, base64],
  [base64urlCharset, base64url]
]);
var exactPattern = (p) => exactPatterns.get(p) ?? p;
var stringProcessor = (schema, ctx, _json, _params) => {
  const json2 = _json;
  json2.type = "string";
  const { minimum, maximum, format, patterns, contentEncoding, laxFormat } = aggregateChecks(schema);
  if (typeof minimum === "number")
    json2.minLength = minimum;
  if (typeof maximum === "number")
    json2.maxLength = maximum;
  if (format) {
    json2.format = formatMap[format] ?? format;
    if (json2.format === "")
      delete json2.format;
    if (format === "time" || laxFormat) {
      delete json2.format;
    }
  }
  if (contentEncoding)
    json2.contentEncoding = contentEncoding;
  if (patterns && patterns.size > 0) {
    const patternList = [...patterns].map(exactPattern);
    if (patternList.length === 1)
      json2.pattern = patternList[0].source;
    else if (patternList.length > 1) {
      json2.allOf = [
        ...patternList.map((regex) => ({
          ...ctx.target === "draft-07" || ctx.target === "draft-04" || ctx.target === "openapi-3.0" ? { type: "string" } : {},
          pattern: regex.source
        }))
      ];
    }
  }
};
var numberProcessor = (schema, ctx, _json, params) => {
  const json2 = _json;
  const { minimum, maximum, multipleOf, exclusiveMaximum, exclusiveMinimum, isInt } = aggregateChecks(schema);
  json2.type = isInt ? "integer" : "number";
  const exMin = typeof exclusiveMinimum === "number" && exclusiveMinimum >= (minimum ?? Number.NEGATIVE_INFINITY);
  const exMax = typeof exclusiveMaximum === "number" && exclusiveMaximum <= (maximum ?? Number.POSITIVE_INFINITY);
  const legacy = ctx.target === "draft-04" || ctx.target === "openapi-3.0";
  if (exMin) {
    if (legacy) {
      json2.minimum = exclusiveMinimum;
      json2.exclusiveMinimum = true;
    } else {
      json2.exclusiveMinimum = exclusiveMinimum;
    }
  } else if (typeof minimum === "number") {
    json2.minimum = minimum;
  }
  if (exMax) {
    if (legacy) {
      json2.maximum = exclusiveMaximum;
      json2.exclusiveMaximum = true;
    } else {
      json2.exclusiveMaximum = exclusiveMaximum;
    }
  } else if (typeof maximum === "number") {
    json2.maximum = maximum;
  }
  if (multipleOf) {
    const divisors = /* @__PURE__ */ new Set();
    for (const divisor of multipleOf) {
      if (Number.isFinite(divisor) && divisor !== 0)
        divisors.add(Math.abs(divisor));
      else
        handleUnrepresentable(schema, ctx, json2, params, `A multipleOf divisor of ${divisor} cannot be represented in JSON Schema`);
    }
    const [first, ...rest] = divisors;
    if (first !== void 0)
      json2.multipleOf = first;
    if (rest.length)
      json2.allOf = [...json2.allOf ?? [], ...rest.map((m) => ({ multipleOf: m }))];
  }
};
var booleanProcessor = (_schema, _ctx, json2, _params) => {
  json2.type = "boolean";
};
var nullProcessor = (_schema, ctx, json2, _params) => {
  if (ctx.target === "openapi-3.0") {
    json2.type = "string";
    json2.nullable = true;
    json2.enum = [null];
  } else {
    json2.type = "null";
  }
};
var neverProcessor = (_schema, _ctx, json2, _params) => {
  json2.not = {};
};
var unknownProcessor = (_schema, _ctx, _json, _params) => {
};
var enumProcessor = (schema, _ctx, json2, _params) => {
  const def = schema._zod.def;
  const values = getEnumValues(def.entries);
  if (values.length === 0) {
    json2.not = {};
    return;
  }
  if (values.every((v) => typeof v === "number"))
    json2.type = "number";
  if (values.every((v) => typeof v === "string"))
    json2.type = "string";
  json2.enum = values;
};
var literalProcessor = (schema, ctx, json2, params) => {
  const def = schema._zod.def;
  if (def.values.length === 0) {
    json2.not = {};
    return;
  }
  const vals = [];
  for (const val of def.values) {
    if (val === void 0) {
      if (handleUnrepresentable(schema, ctx, json2, params, "Literal `undefined` cannot be represented in JSON Schema"))
        return;
    } else if (typeof val === "bigint") {
      if (handleUnrepresentable(schema, ctx, json2, params, "BigInt literals cannot be represented in JSON Schema"))
        return;
      vals.push(Number(val));
    } else {
      vals.push(val);
    }
  }
  if (vals.length === 0) {
  } else if (vals.length === 1) {
    const val = vals[0];
    json2.type = val === null ? "null" : typeof val;
    if (ctx.target === "draft-04" || ctx.target === "openapi-3.0") {
      json2.enum = [val];
    } else {
      json2.const = val;
    }
  } else {
    if (vals.every((v) => typeof v === "number"))
      json2.type = "number";
    if (vals.every((v) => typeof v === "string"))
      json2.type = "string";
    if (vals.every((v) => typeof v === "boolean"))
      json2.type = "boolean";
    if (vals.every((v) => v === null))
      json2.type = "null";
    json2.enum = vals;
  }
};
var customProcessor = (schema, ctx, json2, params) => {
  handleUnrepresentable(schema, ctx, json2, params, "Custom types cannot be represented in JSON Schema");
};
var transformProcessor = (schema, ctx, json2, params) => {
  handleUnrepresentable(schema, ctx, json2, params, "Transforms cannot be represented in JSON Schema");
};
var arrayProcessor = (schema, ctx, _json, params) => {
  const json2 = _json;
  const def = schema._zod.def;
  const { minimum, maximum } = aggregateChecks(schema);
  if (typeof minimum === "number")
    json2.minItems = minimum;
  if (typeof maximum === "number")
    json2.maxItems = maximum;
  json2.type = "array";
  json2.items = processSchema(def.element, ctx, {
    ...params,
    path: [...params.path, "items"]
  });
};
function inputOptin(schema) {
  const def = schema._zod.def;
  if (def.type === "pipe" && def.in._zod.traits.has("$ZodTransform")) {
    return inputOptin(def.out);
  }
  if (def.type === "catch") {
    return inputOptin(def.innerType);
  }
  return schema._zod.optin;
}
var objectProcessor = (schema, ctx, _json, params) => {
  const json2 = _json;
  const def = schema._zod.def;
  const shape = def.shape;
  const symbolKeys = Object.getOwnPropertySymbols(shape);
  if (symbolKeys.length && handleUnrepresentable(schema, ctx, json2, params, "Symbol keys cannot be represented in JSON Schema")) {
    return;
  }
  json2.type = "object";
  json2.properties = {};
  for (const key in shape) {
    assignProp(json2.properties, key, processSchema(shape[key], ctx, {
      ...params,
      path: [...params.path, "properties", key]
    }));
  }
  const requiredKeys = [];
  for (const key of Object.keys(shape)) {
    const field2 = def.shape[key];
    if (ctx.io === "input" ? inputOptin(field2) === void 0 : field2._zod.optout === void 0) {
      requiredKeys.push(key);
    }
  }
  if (requiredKeys.length > 0) {
    json2.required = requiredKeys;
  }
  if (def.catchall?._zod.def.type === "never") {
    json2.additionalProperties = false;
  } else if (!def.catchall) {
    if (ctx.io === "output")
      json2.additionalProperties = false;
  } else if (def.catchall) {
    json2.additionalProperties = processSchema(def.catchall, ctx, {
      ...params,
      path: [...params.path, "additionalProperties"]
    });
  }
};
var unionProcessor = (schema, ctx, json2, params) => {
  const def = schema._zod.def;
  const isExclusive = def.inclusive === false;
  const options = def.options.map((x, i) => processSchema(x, ctx, {
    ...params,
    path: [...params.path, isExclusive ? "oneOf" : "anyOf", i]
  }));
  if (isExclusive) {
    json2.oneOf = options;
  } else {
    json2.anyOf = options;
  }
};
var intersectionProcessor = (schema, ctx, json2, params) => {
  const def = schema._zod.def;
  const a = processSchema(def.left, ctx, {
    ...params,
    path: [...params.path, "allOf", 0]
  });
  const b = processSchema(def.right, ctx, {
    ...params,
    path: [...params.path, "allOf", 1]
  });
  const isSimpleIntersection = (val) => "allOf" in val && Object.keys(val).length === 1;
  const allOf = [
    ...isSimpleIntersection(a) ? a.allOf : [a],
    ...isSimpleIntersection(b) ? b.allOf : [b]
  ];
  json2.allOf = allOf;
  ctx.intersections.push(allOf);
};
var tupleProcessor = (schema, ctx, _json, params) => {
  const json2 = _json;
  const def = schema._zod.def;
  json2.type = "array";
  const prefixPath = ctx.target === "draft-2020-12" ? "prefixItems" : "items";
  const restPath = ctx.target === "draft-2020-12" ? "items" : ctx.target === "openapi-3.0" ? "items" : "additionalItems";
  const prefixItems = def.items.map((x, i) => processSchema(x, ctx, {
    ...params,
    path: [...params.path, prefixPath, i]
  }));
  const rest = def.rest ? processSchema(def.rest, ctx, {
    ...params,
    path: [...params.path, restPath, ...ctx.target === "openapi-3.0" ? [def.items.length] : []]
  }) : null;
  let minItems = def.items.length;
  while (minItems > 0) {
    const item = def.items[minItems - 1];
    const optional2 = ctx.io === "input" ? inputOptin(item) !== void 0 : item._zod.optout === "optional";
    if (!optional2)
      break;
    minItems--;
  }
  const maxItems = def.items.length;
  const isClosed = !def.rest;
  if (ctx.target === "draft-2020-12") {
    json2.prefixItems = prefixItems;
    if (isClosed) {
      json2.items = false;
    } else if (rest) {
      json2.items = rest;
    }
    if (minItems > 0)
      json2.minItems = minItems;
    if (isClosed)
      json2.maxItems = maxItems;
  } else if (ctx.target === "openapi-3.0") {
    json2.items = {
      anyOf: prefixItems
    };
    if (rest) {
      json2.items.anyOf.push(rest);
    }
    if (minItems > 0)
      json2.minItems = minItems;
    if (isClosed)
      json2.maxItems = maxItems;
  } else {
    json2.items = prefixItems;
    if (isClosed) {
      json2.additionalItems = false;
    } else if (rest) {
      json2.additionalItems = rest;
    }
    if (minItems > 0)
      json2.minItems = minItems;
    if (isClosed)
      json2.maxItems = maxItems;
  }
  const { minimum, maximum } = aggregateChecks(schema);
  if (typeof minimum === "number")
    json2.minItems = minimum;
  if (typeof maximum === "number")
    json2.maxItems = maximum;
};
function stringifyKeyNames(bySchema, json2, visited) {
  if (json2.$ref) {
    if (visited.has(json2))
      return json2;
    visited.add(json2);
    const def = bySchema.get(json2)?.def;
    if (!def)
      return json2;
    const inlined = stringifyKeyNames(bySchema, def, visited);
    return inlined === def ? json2 : inlined;
  }
  for (const keyword of ["anyOf", "oneOf"]) {
    const branches = json2[keyword];
    if (!Array.isArray(branches))
      continue;
    const mapped = branches.map((branch) => stringifyKeyNames(bySchema, branch, visited));
    if (mapped.some((branch, i) => branch !== branches[i]))
      json2 = { ...json2, [keyword]: mapped };
  }
  const types = Array.isArray(json2.type) ? json2.type : [json2.type];
  const numericType = !types.includes("string") && types.some((t) => t === "number" || t === "integer");
  const values = json2.enum ?? (json2.const !== void 0 ? [json2.const] : void 0);
  if (!numericType && !values?.some((v) => typeof v === "number"))
    return json2;
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, format, id, ...rest } = json2;
  if (rest.enum)
    rest.enum = rest.enum.map((v) => typeof v === "number" ? String(v) : v);
  else if (typeof rest.const === "number")
    rest.const = String(rest.const);
  if (!numericType)
    return rest;
  rest.type = "string";
  if (!values)
    rest.pattern = (types.includes("number") ? number : integer).source;
  return rest;
}
var pendingRecords = /* @__PURE__ */ new WeakMap();
function rewriteKeyNames(ctx) {
  const bySchema = /* @__PURE__ */ new Map();
  for (const entry of ctx.seen.values()) {
    if (entry.def && !bySchema.has(entry.schema))
      bySchema.set(entry.schema, entry);
  }
  const rewrites = /* @__PURE__ */ new Map();
  for (const record3 of pendingRecords.get(ctx) ?? []) {
    const seen = ctx.seen.get(record3);
    const names = (seen?.def ?? seen?.schema)?.propertyNames;
    if (!names || names === true || rewrites.has(names))
      continue;
    const rewritten = stringifyKeyNames(bySchema, names, /* @__PURE__ */ new Set());
    if (rewritten !== names)
      rewrites.set(names, rewritten);
  }
  if (!rewrites.size)
    return;
  for (const entry of ctx.seen.values()) {
    for (const carrier of [entry.schema, entry.def]) {
      const rewritten = carrier && rewrites.get(carrier.propertyNames);
      if (rewritten)
        carrier.propertyNames = rewritten;
    }
  }
}
var recordProcessor = (schema, ctx, _json, params) => {
  const json2 = _json;
  const def = schema._zod.def;
  json2.type = "object";
  const keyType = def.keyType;
  const patterns = aggregateChecks(keyType).patterns;
  if (def.mode === "loose" && patterns && patterns.size > 0) {
    const valueSchema2 = processSchema(def.valueType, ctx, {
      ...params,
      path: [...params.path, "patternProperties", "*"]
    });
    json2.patternProperties = {};
    for (const pattern of patterns) {
      assignProp(json2.patternProperties, exactPattern(pattern).source, valueSchema2);
    }
  } else {
    if (ctx.target === "draft-07" || ctx.target === "draft-2020-12") {
      json2.propertyNames = processSchema(def.keyType, ctx, {
        ...params,
        path: [...params.path, "propertyNames"]
      });
      let pending = pendingRecords.get(ctx);
      if (!pending) {
        pending = [];
        pendingRecords.set(ctx, pending);
        ctx.deferred.push(() => rewriteKeyNames(ctx));
      }
      pending.push(schema);
    }
    json2.additionalProperties = processSchema(def.valueType, ctx, {
      ...params,
      path: [...params.path, "additionalProperties"]
    });
  }
  const keyValues = keyType._zod.values;
  const omittableOnInput = ctx.io === "input" && inputOptin(def.valueType) !== void 0;
  if (keyValues && !def.partial && !omittableOnInput) {
    const validKeyValues = [...keyValues].filter((v) => typeof v === "string" || typeof v === "number");
    if (validKeyValues.length > 0) {
      json2.required = validKeyValues.map(String);
    }
  }
};
var nullableProcessor = (schema, ctx, json2, params) => {
  const def = schema._zod.def;
  const inner = processSchema(def.innerType, ctx, params);
  const seen = ctx.seen.get(schema);
  if (ctx.target === "openapi-3.0") {
    seen.ref = def.innerType;
    json2.nullable = true;
  } else {
    json2.anyOf = [inner, { type: "null" }];
  }
};
var nonoptionalProcessor = (schema, ctx, _json, params) => {
  const def = schema._zod.def;
  processSchema(def.innerType, ctx, params);
  const seen = ctx.seen.get(schema);
  seen.ref = def.innerType;
};
var UNREPRESENTABLE_DEFAULT = /* @__PURE__ */ Symbol();
function serializeDefaultValue(value, schema, ctx, json2, params) {
  let unrepresentable = false;
  const serialized = JSON.stringify(value, (_, val) => {
    if (typeof val !== "bigint")
      return val;
    unrepresentable = true;
    return null;
  });
  if (!unrepresentable)
    return JSON.parse(serialized);
  handleUnrepresentable(schema, ctx, json2, params, "BigInt defaults cannot be represented in JSON Schema");
  return UNREPRESENTABLE_DEFAULT;
}
var defaultProcessor = (schema, ctx, json2, params) => {
  const def = schema._zod.def;
  processSchema(def.innerType, ctx, params);
  const seen = ctx.seen.get(schema);
  seen.ref = def.innerType;
  const value = serializeDefaultValue(def.defaultValue, schema, ctx, json2, params);
  if (value !== UNREPRESENTABLE_DEFAULT)
    json2.default = value;
};
var prefaultProcessor = (schema, ctx, json2, params) => {
  const def = schema._zod.def;
  processSchema(def.innerType, ctx, params);
  const seen = ctx.seen.get(schema);
  seen.ref = def.innerType;
  if (ctx.io !== "input")
    return;
  const value = serializeDefaultValue(def.defaultValue, schema, ctx, json2, params);
  if (value !== UNREPRESENTABLE_DEFAULT)
    json2._prefault = value;
};
var catchProcessor = (schema, ctx, json2, params) => {
  const def = schema._zod.def;
  processSchema(def.innerType, ctx, params);
  const seen = ctx.seen.get(schema);
  seen.ref = def.innerType;
  let catchValue;
  try {
    catchValue = def.catchValue(void 0);
  } catch {
    handleUnrepresentable(schema, ctx, json2, params, "Dynamic catch values are not supported in JSON Schema");
    return;
  }
  json2.default = catchValue;
};
var pipeProcessor = (schema, ctx, _json, params) => {
  const def = schema._zod.def;
  const inIsTransform = def.in._zod.traits.has("$ZodTransform");
  const innerType = ctx.io === "input" ? inIsTransform ? def.out : def.in : def.out;
  processSchema(innerType, ctx, params);
  const seen = ctx.seen.get(schema);
  seen.ref = innerType;
};
var readonlyProcessor = (schema, ctx, json2, params) => {
  const def = schema._zod.def;
  processSchema(def.innerType, ctx, params);
  const seen = ctx.seen.get(schema);
  seen.ref = def.innerType;
  json2.readOnly = true;
};
var optionalProcessor = (schema, ctx, _json, params) => {
  const def = schema._zod.def;
  processSchema(def.innerType, ctx, params);
  const seen = ctx.seen.get(schema);
  seen.ref = def.innerType;
};
var lazyProcessor = (schema, ctx, _json, params) => {
  const innerType = schema._zod.innerType;
  processSchema(innerType, ctx, params);
  const seen = ctx.seen.get(schema);
  seen.ref = innerType;
};

// node_modules/zod/v4/classic/errors.js
var _installedErrorProtos = /* @__PURE__ */ new WeakSet([Object.prototype, Error.prototype]);
function _lazyMethod(proto, key, make) {
  Object.defineProperty(proto, key, {
    configurable: true,
    enumerable: false,
    get() {
      const value = make(this);
      Object.defineProperty(this, key, { value, configurable: true, writable: true });
      return value;
    },
    set(value) {
      Object.defineProperty(this, key, { value, configurable: true, writable: true });
    }
  });
}
var initializer2 = (inst, issues) => {
  $ZodError.init(inst, issues);
  inst.name = "ZodError";
  const proto = Object.getPrototypeOf(inst);
  if (_installedErrorProtos.has(proto))
    return;
  _installedErrorProtos.add(proto);
  _lazyMethod(proto, "format", (self) => (mapper) => formatError(self, mapper));
  _lazyMethod(proto, "flatten", (self) => (mapper) => flattenError(self, mapper));
  _lazyMethod(proto, "addIssue", (self) => (issue2) => {
    self.issues.push(issue2);
    self.message = JSON.stringify(self.issues, jsonStringifyReplacer, 2);
  });
  _lazyMethod(proto, "addIssues", (self) => (issues2) => {
    self.issues.push(...issues2);
    self.message = JSON.stringify(self.issues, jsonStringifyReplacer, 2);
  });
  Object.defineProperty(proto, "isEmpty", {
    configurable: true,
    enumerable: false,
    get() {
      return this.issues.length === 0;
    }
  });
};
var ZodRealError = /* @__PURE__ */ $constructor("ZodError", initializer2, void 0, {
  Parent: Error
});

// node_modules/zod/v4/classic/parse.js
var parse = /* @__PURE__ */ _parse(ZodRealError);
var parseAsync = /* @__PURE__ */ _parseAsync(ZodRealError);
var safeParse = /* @__PURE__ */ _safeParse(ZodRealError);
var safeParseAsync = /* @__PURE__ */ _safeParseAsync(ZodRealError);
var encode = /* @__PURE__ */ _encode(ZodRealError);
var decode = /* @__PURE__ */ _decode(ZodRealError);
var encodeAsync = /* @__PURE__ */ _encodeAsync(ZodRealError);
var decodeAsync = /* @__PURE__ */ _decodeAsync(ZodRealError);
var safeEncode = /* @__PURE__ */ _safeEncode(ZodRealError);
var safeDecode = /* @__PURE__ */ _safeDecode(ZodRealError);
var safeEncodeAsync = /* @__PURE__ */ _safeEncodeAsync(ZodRealError);
var safeDecodeAsync = /* @__PURE__ */ _safeDecodeAsync(ZodRealError);

// node_modules/zod/v4/classic/schemas.js
function _ensureDefaultLocale() {
  if (!globalConfig.localeError)
    config(en_default());
}
function _ensureDefaultMemoizer() {
  if (!globalConfig.memoizer)
    config({ memoizer: memoizer() });
}
var ZodType = /* @__PURE__ */ $constructor("ZodType", (inst, def) => {
  _ensureDefaultLocale();
  $ZodType.init(inst, def);
  inst.def = def;
  inst.type = def.type;
  return inst;
}, {
  check(...chks) {
    const def = this.def;
    return this.clone(util_exports.mergeDefs(def, {
      checks: [
        ...def.checks ?? [],
        ...chks.map((ch) => typeof ch === "function" ? { _zod: { check: ch, def: { check: "custom" }, onattach: [] } } : ch)
      ]
    }), { parent: true });
  },
  with(...chks) {
    return this.check(...chks);
  },
  clone(def, params) {
    return clone(this, def, params);
  },
  brand() {
    return this;
  },
  register(reg, meta2) {
    reg.add(this, meta2);
    return this;
  },
  refine(check, params) {
    return this.check(refine(check, params));
  },
  superRefine(refinement, params) {
    return this.check(superRefine(refinement, params));
  },
  overwrite(fn) {
    return this.check(_overwrite(fn));
  },
  optional() {
    return optional(this);
  },
  exactOptional() {
    return exactOptional(this);
  },
  nullable() {
    return nullable(this);
  },
  nullish() {
    return optional(nullable(this));
  },
  nonoptional(params) {
    return nonoptional(this, params);
  },
  array() {
    return array(this);
  },
  or(arg) {
    return union([this, arg]);
  },
  and(arg) {
    return intersection(this, arg);
  },
  transform(tx) {
    return pipe(this, transform(tx));
  },
  default(d) {
    return _default(this, d);
  },
  prefault(d) {
    return prefault(this, d);
  },
  catch(params) {
    return _catch(this, params);
  },
  pipe(target) {
    return pipe(this, target);
  },
  readonly() {
    return readonly(this);
  },
  describe(description) {
    const cl = this.clone();
    globalRegistry.add(cl, { description });
    return cl;
  },
  meta(...args) {
    if (args.length === 0)
      return globalRegistry.get(this);
    const cl = this.clone();
    globalRegistry.add(cl, args[0]);
    return cl;
  },
  isOptional() {
    return this.safeParse(void 0).success;
  },
  isNullable() {
    return this.safeParse(null).success;
  },
  apply(fn, ...args) {
    return args.length === 0 ? fn(this) : fn(this, ...args);
  },
  // Overrides core's `~standard` to add `jsonSchema`. Must stay a prototype entry: redefining it per instance demotes instances to dictionary mode.
  get "~standard"() {
    return util_exports.hide(this, "~standard", {
      ...standardProps(this),
      jsonSchema: {
        input: createStandardJSONSchemaMethod(this, "input"),
        output: createStandardJSONSchemaMethod(this, "output")
      }
    });
  },
  set "~standard"(value) {
    util_exports.own(this, "~standard", value);
  },
  parse: function _parse2(data, params) {
    return parse(this, data, params, { callee: _parse2 });
  },
  parseAsync: async function _parseAsync2(data, params) {
    return await parseAsync(this, data, params, { callee: _parseAsync2 });
  },
  safeParse(data, params) {
    return safeParse(this, data, params);
  },
  async safeParseAsync(data, params) {
    return safeParseAsync(this, data, params);
  },
  // `spa` is an alias: same function object as `safeParseAsync`, as before.
  get spa() {
    return this?.safeParseAsync;
  },
  set spa(value) {
    util_exports.own(this, "spa", value);
  },
  validate(data, params) {
    return validate(this, data, params);
  },
  validateAsync(data, params) {
    return validateAsync(this, data, params);
  },
  encode: function _encode2(data, params) {
    return encode(this, data, params, { callee: _encode2 });
  },
  decode: function _decode2(data, params) {
    return decode(this, data, params, { callee: _decode2 });
  },
  encodeAsync: async function _encodeAsync2(data, params) {
    return await encodeAsync(this, data, params, { callee: _encodeAsync2 });
  },
  decodeAsync: async function _decodeAsync2(data, params) {
    return await decodeAsync(this, data, params, { callee: _decodeAsync2 });
  },
  safeEncode(data, params) {
    return safeEncode(this, data, params);
  },
  safeDecode(data, params) {
    return safeDecode(this, data, params);
  },
  async safeEncodeAsync(data, params) {
    return safeEncodeAsync(this, data, params);
  },
  async safeDecodeAsync(data, params) {
    return safeDecodeAsync(this, data, params);
  },
  toJSONSchema(params) {
    return createToJSONSchemaMethod(this, {})(params);
  },
  // Reads through to the registry on every access, so it must not cache.
  get description() {
    return globalRegistry.get(this)?.description;
  },
  // No setter: `schema._def = x` throws, as it did when `_def` was a non-writable own property.
  get _def() {
    return this._zod.def;
  }
});
var _ZodString = /* @__PURE__ */ $constructor(
  "_ZodString",
  (inst, def) => {
    $ZodString.init(inst, def);
    ZodType.init(inst, def);
    inst._zod.processJSONSchema = (ctx, json2, params) => stringProcessor(inst, ctx, json2, params);
  },
  /* @__PURE__ */ util_exports.derived({
    format: (inst) => aggregateChecks(inst).format ?? null,
    minLength: (inst) => aggregateChecks(inst).minimum ?? null,
    maxLength: (inst) => aggregateChecks(inst).maximum ?? null
  }, {
    regex(...args) {
      return this.check(_regex(...args));
    },
    includes(...args) {
      return this.check(_includes(...args));
    },
    startsWith(...args) {
      return this.check(_startsWith(...args));
    },
    endsWith(...args) {
      return this.check(_endsWith(...args));
    },
    min(...args) {
      return this.check(_minLength(...args));
    },
    max(...args) {
      return this.check(_maxLength(...args));
    },
    length(...args) {
      return this.check(_length(...args));
    },
    nonempty(...args) {
      return this.check(_minLength(1, ...args));
    },
    lowercase(params) {
      return this.check(_lowercase(params));
    },
    uppercase(params) {
      return this.check(_uppercase(params));
    },
    trim() {
      return this.check(_trim());
    },
    normalize(...args) {
      return this.check(_normalize(...args));
    },
    toLowerCase() {
      return this.check(_toLowerCase());
    },
    toUpperCase() {
      return this.check(_toUpperCase());
    },
    slugify() {
      return this.check(_slugify());
    }
  })
);
var ZodString = /* @__PURE__ */ $constructor("ZodString", (inst, def) => {
  $ZodString.init(inst, def);
  _ZodString.init(inst, def);
}, {
  email(params) {
    return this.check(_email(ZodEmail, params));
  },
  url(params) {
    return this.check(_url(ZodURL, params));
  },
  jwt(params) {
    return this.check(_jwt(ZodJWT, params));
  },
  emoji(params) {
    return this.check(_emoji2(ZodEmoji, params));
  },
  guid(params) {
    return this.check(_guid(ZodGUID, params));
  },
  uuid(params) {
    return this.check(_uuid(ZodUUID, params));
  },
  uuidv4(params) {
    return this.check(_uuidv4(ZodUUID, params));
  },
  uuidv6(params) {
    return this.check(_uuidv6(ZodUUID, params));
  },
  uuidv7(params) {
    return this.check(_uuidv7(ZodUUID, params));
  },
  nanoid(params) {
    return this.check(_nanoid(ZodNanoID, params));
  },
  cuid(params) {
    return this.check(_cuid(ZodCUID, params));
  },
  cuid2(params) {
    return this.check(_cuid2(ZodCUID2, params));
  },
  ulid(params) {
    return this.check(_ulid(ZodULID, params));
  },
  base64(params) {
    return this.check(_base64(ZodBase64, params));
  },
  base64url(params) {
    return this.check(_base64url(ZodBase64URL, params));
  },
  xid(params) {
    return this.check(_xid(ZodXID, params));
  },
  ksuid(params) {
    return this.check(_ksuid(ZodKSUID, params));
  },
  ipv4(params) {
    return this.check(_ipv4(ZodIPv4, params));
  },
  ipv6(params) {
    return this.check(_ipv6(ZodIPv6, params));
  },
  cidrv4(params) {
    return this.check(_cidrv4(ZodCIDRv4, params));
  },
  cidrv6(params) {
    return this.check(_cidrv6(ZodCIDRv6, params));
  },
  e164(params) {
    return this.check(_e164(ZodE164, params));
  },
  datetime(params) {
    return this.check(_isoDateTime(ZodISODateTime, params));
  },
  date(params) {
    return this.check(_isoDate(ZodISODate, params));
  },
  time(params) {
    return this.check(_isoTime(ZodISOTime, params));
  },
  duration(params) {
    return this.check(_isoDuration(ZodISODuration, params));
  }
});
function string2(params) {
  return _string(ZodString, params);
}
var ZodStringFormat = /* @__PURE__ */ $constructor("ZodStringFormat", (inst, def) => {
  $ZodStringFormat.init(inst, def);
  _ZodString.init(inst, def);
});
var ZodISODateTime = /* @__PURE__ */ $constructor("ZodISODateTime", (inst, def) => {
  $ZodISODateTime.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodISODate = /* @__PURE__ */ $constructor("ZodISODate", (inst, def) => {
  $ZodISODate.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodISOTime = /* @__PURE__ */ $constructor("ZodISOTime", (inst, def) => {
  $ZodISOTime.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodISODuration = /* @__PURE__ */ $constructor("ZodISODuration", (inst, def) => {
  $ZodISODuration.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodEmail = /* @__PURE__ */ $constructor("ZodEmail", (inst, def) => {
  $ZodEmail.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodGUID = /* @__PURE__ */ $constructor("ZodGUID", (inst, def) => {
  $ZodGUID.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodUUID = /* @__PURE__ */ $constructor("ZodUUID", (inst, def) => {
  $ZodUUID.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodURL = /* @__PURE__ */ $constructor("ZodURL", (inst, def) => {
  $ZodURL.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodEmoji = /* @__PURE__ */ $constructor("ZodEmoji", (inst, def) => {
  $ZodEmoji.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodNanoID = /* @__PURE__ */ $constructor("ZodNanoID", (inst, def) => {
  $ZodNanoID.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodCUID = /* @__PURE__ */ $constructor("ZodCUID", (inst, def) => {
  $ZodCUID.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodCUID2 = /* @__PURE__ */ $constructor("ZodCUID2", (inst, def) => {
  $ZodCUID2.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodULID = /* @__PURE__ */ $constructor("ZodULID", (inst, def) => {
  $ZodULID.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodXID = /* @__PURE__ */ $constructor("ZodXID", (inst, def) => {
  $ZodXID.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodKSUID = /* @__PURE__ */ $constructor("ZodKSUID", (inst, def) => {
  $ZodKSUID.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodIPv4 = /* @__PURE__ */ $constructor("ZodIPv4", (inst, def) => {
  $ZodIPv4.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodIPv6 = /* @__PURE__ */ $constructor("ZodIPv6", (inst, def) => {
  $ZodIPv6.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodCIDRv4 = /* @__PURE__ */ $constructor("ZodCIDRv4", (inst, def) => {
  $ZodCIDRv4.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodCIDRv6 = /* @__PURE__ */ $constructor("ZodCIDRv6", (inst, def) => {
  $ZodCIDRv6.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodBase64 = /* @__PURE__ */ $constructor("ZodBase64", (inst, def) => {
  $ZodBase64.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodBase64URL = /* @__PURE__ */ $constructor("ZodBase64URL", (inst, def) => {
  $ZodBase64URL.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodE164 = /* @__PURE__ */ $constructor("ZodE164", (inst, def) => {
  $ZodE164.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodJWT = /* @__PURE__ */ $constructor("ZodJWT", (inst, def) => {
  $ZodJWT.init(inst, def);
  ZodStringFormat.init(inst, def);
});
var ZodNumber = /* @__PURE__ */ $constructor(
  "ZodNumber",
  (inst, def) => {
    $ZodNumber.init(inst, def);
    ZodType.init(inst, def);
    inst._zod.processJSONSchema = (ctx, json2, params) => numberProcessor(inst, ctx, json2, params);
    inst.isFinite = true;
  },
  /* @__PURE__ */ util_exports.derived({
    minValue: (inst) => {
      const { minimum, exclusiveMinimum } = aggregateChecks(inst);
      return Math.max(minimum ?? Number.NEGATIVE_INFINITY, exclusiveMinimum ?? Number.NEGATIVE_INFINITY);
    },
    maxValue: (inst) => {
      const { maximum, exclusiveMaximum } = aggregateChecks(inst);
      return Math.min(maximum ?? Number.POSITIVE_INFINITY, exclusiveMaximum ?? Number.POSITIVE_INFINITY);
    },
    isInt: (inst) => {
      const { isInt, multipleOf } = aggregateChecks(inst);
      return !!isInt || !!multipleOf?.some(Number.isSafeInteger);
    },
    format: (inst) => aggregateChecks(inst).format ?? null
  }, {
    gt(value, params) {
      return this.check(_gt(value, params));
    },
    gte(value, params) {
      return this.check(_gte(value, params));
    },
    min(value, params) {
      return this.check(_gte(value, params));
    },
    lt(value, params) {
      return this.check(_lt(value, params));
    },
    lte(value, params) {
      return this.check(_lte(value, params));
    },
    max(value, params) {
      return this.check(_lte(value, params));
    },
    int(params) {
      return this.check(int(params));
    },
    safe(params) {
      return this.check(int(params));
    },
    positive(params) {
      return this.check(_gt(0, params));
    },
    nonnegative(params) {
      return this.check(_gte(0, params));
    },
    negative(params) {
      return this.check(_lt(0, params));
    },
    nonpositive(params) {
      return this.check(_lte(0, params));
    },
    multipleOf(value, params) {
      return this.check(_multipleOf(value, params));
    },
    step(value, params) {
      return this.check(_multipleOf(value, params));
    },
    finite() {
      return this;
    }
  })
);
function number2(params) {
  return _number(ZodNumber, params);
}
var ZodNumberFormat = /* @__PURE__ */ $constructor("ZodNumberFormat", (inst, def) => {
  $ZodNumberFormat.init(inst, def);
  ZodNumber.init(inst, def);
});
function int(params) {
  return _int(ZodNumberFormat, params);
}
var ZodBoolean = /* @__PURE__ */ $constructor("ZodBoolean", (inst, def) => {
  $ZodBoolean.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json2, params) => booleanProcessor(inst, ctx, json2, params);
});
function boolean2(params) {
  return _boolean(ZodBoolean, params);
}
var ZodNull = /* @__PURE__ */ $constructor("ZodNull", (inst, def) => {
  $ZodNull.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json2, params) => nullProcessor(inst, ctx, json2, params);
});
function _null3(params) {
  return _null2(ZodNull, params);
}
var ZodUnknown = /* @__PURE__ */ $constructor("ZodUnknown", (inst, def) => {
  $ZodUnknown.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json2, params) => unknownProcessor(inst, ctx, json2, params);
});
function unknown() {
  return _unknown(ZodUnknown);
}
var ZodNever = /* @__PURE__ */ $constructor("ZodNever", (inst, def) => {
  $ZodNever.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json2, params) => neverProcessor(inst, ctx, json2, params);
});
function never(params) {
  return _never(ZodNever, params);
}
var ZodArray = /* @__PURE__ */ $constructor("ZodArray", (inst, def) => {
  _ensureDefaultMemoizer();
  $ZodArray.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json2, params) => arrayProcessor(inst, ctx, json2, params);
  inst.element = def.element;
}, {
  min(n, params) {
    return this.check(_minLength(n, params));
  },
  nonempty(params) {
    return this.check(_minLength(1, params));
  },
  max(n, params) {
    return this.check(_maxLength(n, params));
  },
  length(n, params) {
    return this.check(_length(n, params));
  },
  unwrap() {
    return this.element;
  }
});
function array(element, params) {
  return _array(ZodArray, element, params);
}
var ZodObject = /* @__PURE__ */ $constructor("ZodObject", (inst, def) => {
  _ensureDefaultMemoizer();
  $ZodObjectJIT.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json2, params) => objectProcessor(inst, ctx, json2, params);
  util_exports.installLazyProp(inst, "shape", (self) => self._zod.def.shape, false);
}, {
  keyof() {
    return _enum(Object.keys(this._zod.def.shape));
  },
  catchall(catchall) {
    return this.clone(util_exports.mergeDefs(this._zod.def, { catchall }));
  },
  passthrough() {
    return this.clone(util_exports.mergeDefs(this._zod.def, { catchall: unknown() }));
  },
  loose() {
    return this.clone(util_exports.mergeDefs(this._zod.def, { catchall: unknown() }));
  },
  strict() {
    return this.clone(util_exports.mergeDefs(this._zod.def, { catchall: never() }));
  },
  strip() {
    return this.clone(util_exports.mergeDefs(this._zod.def, { catchall: void 0 }));
  },
  extend(incoming) {
    return util_exports.extend(this, incoming);
  },
  safeExtend(incoming) {
    return util_exports.safeExtend(this, incoming);
  },
  merge(other) {
    return util_exports.merge(this, other);
  },
  pick(mask) {
    return util_exports.pick(this, mask);
  },
  omit(mask) {
    return util_exports.omit(this, mask);
  },
  partial(...args) {
    return util_exports.partial(ZodOptional, this, args[0]);
  },
  exactPartial(...args) {
    return util_exports.partial(ZodExactOptional, this, args[0], "exactPartial");
  },
  required(...args) {
    return util_exports.required(ZodNonOptional, this, args[0]);
  }
});
function object(shape, params) {
  const def = {
    type: "object",
    shape: shape ?? {},
    ...util_exports.normalizeParams(params)
  };
  return new ZodObject(def);
}
function strictObject(shape, params) {
  return new ZodObject({
    type: "object",
    shape,
    catchall: never(),
    ...util_exports.normalizeParams(params)
  });
}
function looseObject(shape, params) {
  return new ZodObject({
    type: "object",
    shape,
    catchall: unknown(),
    ...util_exports.normalizeParams(params)
  });
}
var ZodUnion = /* @__PURE__ */ $constructor("ZodUnion", (inst, def) => {
  $ZodUnion.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json2, params) => unionProcessor(inst, ctx, json2, params);
  inst.options = def.options;
});
function union(options, params) {
  return new ZodUnion({
    type: "union",
    options,
    ...util_exports.normalizeParams(params)
  });
}
var ZodDiscriminatedUnion = /* @__PURE__ */ $constructor("ZodDiscriminatedUnion", (inst, def) => {
  ZodUnion.init(inst, def);
  $ZodDiscriminatedUnion.init(inst, def);
});
function discriminatedUnion(discriminator, options, params) {
  return new ZodDiscriminatedUnion({
    type: "union",
    options,
    discriminator,
    ...util_exports.normalizeParams(params)
  });
}
var ZodIntersection = /* @__PURE__ */ $constructor("ZodIntersection", (inst, def) => {
  $ZodIntersection.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json2, params) => intersectionProcessor(inst, ctx, json2, params);
});
function intersection(left, right) {
  return new ZodIntersection({
    type: "intersection",
    left,
    right
  });
}
var ZodTuple = /* @__PURE__ */ $constructor("ZodTuple", (inst, def) => {
  _ensureDefaultMemoizer();
  $ZodTuple.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json2, params) => tupleProcessor(inst, ctx, json2, params);
}, {
  rest(rest) {
    return this.clone({
      ...this._zod.def,
      rest
    });
  },
  partial() {
    const def = this._zod.def;
    if (def.checks?.length)
      throw new Error(".partial() cannot be used on tuple schemas containing refinements");
    return this.clone({
      ...def,
      items: def.items.map((item) => new ZodOptional({ type: "optional", innerType: item }))
    });
  }
});
function tuple(items, _paramsOrRest, _params) {
  const hasRest = _paramsOrRest instanceof $ZodType;
  const params = hasRest ? _params : _paramsOrRest;
  const rest = hasRest ? _paramsOrRest : null;
  return new ZodTuple({
    type: "tuple",
    items,
    rest,
    ...util_exports.normalizeParams(params)
  });
}
var ZodRecord = /* @__PURE__ */ $constructor("ZodRecord", (inst, def) => {
  _ensureDefaultMemoizer();
  $ZodRecord.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json2, params) => recordProcessor(inst, ctx, json2, params);
  inst.keyType = def.keyType;
  inst.valueType = def.valueType;
});
function record(keyType, valueType, params) {
  if (!valueType || !valueType._zod) {
    return new ZodRecord({
      type: "record",
      keyType: string2(),
      valueType: keyType,
      ...util_exports.normalizeParams(valueType)
    });
  }
  return new ZodRecord({
    type: "record",
    keyType,
    valueType,
    ...util_exports.normalizeParams(params)
  });
}
var ZodEnum = /* @__PURE__ */ $constructor("ZodEnum", (inst, def) => {
  $ZodEnum.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json2, params) => enumProcessor(inst, ctx, json2, params);
  inst.enum = def.entries;
  inst.options = [...inst._zod.values];
  const keys = new Set(Object.keys(def.entries));
  inst.extract = (values, params) => {
    const newEntries = {};
    for (const value of values) {
      if (keys.has(value)) {
        newEntries[value] = def.entries[value];
      } else
        throw new Error(`Key ${value} not found in enum`);
    }
    return new ZodEnum({
      ...def,
      checks: [],
      ...util_exports.normalizeParams(params),
      entries: newEntries
    });
  };
  inst.exclude = (values, params) => {
    const newEntries = { ...def.entries };
    for (const value of values) {
      if (keys.has(value)) {
        delete newEntries[value];
      } else
        throw new Error(`Key ${value} not found in enum`);
    }
    return new ZodEnum({
      ...def,
      checks: [],
      ...util_exports.normalizeParams(params),
      entries: newEntries
    });
  };
});
function _enum(values, params) {
  const entries = Array.isArray(values) ? Object.fromEntries(values.map((v) => [v, v])) : values;
  return new ZodEnum({
    type: "enum",
    entries,
    ...util_exports.normalizeParams(params)
  });
}
var ZodLiteral = /* @__PURE__ */ $constructor("ZodLiteral", (inst, def) => {
  $ZodLiteral.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json2, params) => literalProcessor(inst, ctx, json2, params);
  inst.values = new Set(def.values);
  Object.defineProperty(inst, "value", {
    get() {
      if (def.values.length > 1) {
        throw new Error("This schema contains multiple valid literal values. Use `.values` instead.");
      }
      return def.values[0];
    }
  });
});
function literal(value, params) {
  return new ZodLiteral({
    type: "literal",
    values: Array.isArray(value) ? value : [value],
    ...util_exports.normalizeParams(params)
  });
}
var ZodTransform = /* @__PURE__ */ $constructor("ZodTransform", (inst, def) => {
  _ensureDefaultMemoizer();
  $ZodTransform.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json2, params) => transformProcessor(inst, ctx, json2, params);
  inst._zod.parse = (payload, _ctx) => {
    if (_ctx.direction === "backward") {
      throw new $ZodEncodeError(inst.constructor.name);
    }
    payload.addIssue = (issue2) => {
      if (typeof issue2 === "string") {
        payload.issues.push(util_exports.issue(issue2, payload.value, def));
      } else {
        const _issue = issue2;
        if (_issue.fatal)
          _issue.continue = false;
        _issue.code ?? (_issue.code = "custom");
        if (!("input" in _issue))
          _issue.input = payload.value;
        _issue.inst ?? (_issue.inst = inst);
        payload.issues.push(util_exports.issue(_issue));
      }
    };
    const output = def.transform(payload.value, payload);
    if (output instanceof Promise) {
      return output.then((output2) => {
        payload.value = output2;
        return payload;
      });
    }
    payload.value = output;
    return payload;
  };
});
function transform(fn) {
  return new ZodTransform({
    type: "transform",
    transform: fn
  });
}
var ZodOptional = /* @__PURE__ */ $constructor("ZodOptional", (inst, def) => {
  $ZodOptional.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json2, params) => optionalProcessor(inst, ctx, json2, params);
  inst.unwrap = () => inst._zod.def.innerType;
});
function optional(innerType) {
  return new ZodOptional({
    type: "optional",
    innerType
  });
}
var ZodExactOptional = /* @__PURE__ */ $constructor("ZodExactOptional", (inst, def) => {
  $ZodExactOptional.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json2, params) => optionalProcessor(inst, ctx, json2, params);
  inst.unwrap = () => inst._zod.def.innerType;
});
function exactOptional(innerType) {
  return new ZodExactOptional({
    type: "optional",
    innerType
  });
}
var ZodNullable = /* @__PURE__ */ $constructor("ZodNullable", (inst, def) => {
  $ZodNullable.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json2, params) => nullableProcessor(inst, ctx, json2, params);
  inst.unwrap = () => inst._zod.def.innerType;
});
function nullable(innerType) {
  return new ZodNullable({
    type: "nullable",
    innerType
  });
}
var ZodDefault = /* @__PURE__ */ $constructor("ZodDefault", (inst, def) => {
  $ZodDefault.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json2, params) => defaultProcessor(inst, ctx, json2, params);
  inst.unwrap = () => inst._zod.def.innerType;
  inst.removeDefault = inst.unwrap;
});
function _default(innerType, defaultValue) {
  return new ZodDefault({
    type: "default",
    innerType,
    get defaultValue() {
      return typeof defaultValue === "function" ? defaultValue() : util_exports.shallowClone(defaultValue);
    }
  });
}
var ZodPrefault = /* @__PURE__ */ $constructor("ZodPrefault", (inst, def) => {
  $ZodPrefault.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json2, params) => prefaultProcessor(inst, ctx, json2, params);
  inst.unwrap = () => inst._zod.def.innerType;
});
function prefault(innerType, defaultValue) {
  return new ZodPrefault({
    type: "prefault",
    innerType,
    get defaultValue() {
      return typeof defaultValue === "function" ? defaultValue() : util_exports.shallowClone(defaultValue);
    }
  });
}
var ZodNonOptional = /* @__PURE__ */ $constructor("ZodNonOptional", (inst, def) => {
  $ZodNonOptional.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json2, params) => nonoptionalProcessor(inst, ctx, json2, params);
  inst.unwrap = () => inst._zod.def.innerType;
});
function nonoptional(innerType, params) {
  return new ZodNonOptional({
    type: "nonoptional",
    innerType,
    ...util_exports.normalizeParams(params)
  });
}
var ZodCatch = /* @__PURE__ */ $constructor("ZodCatch", (inst, def) => {
  $ZodCatch.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json2, params) => catchProcessor(inst, ctx, json2, params);
  inst.unwrap = () => inst._zod.def.innerType;
  inst.removeCatch = inst.unwrap;
});
function _catch(innerType, catchValue) {
  return new ZodCatch({
    type: "catch",
    innerType,
    catchValue: typeof catchValue === "function" ? catchValue : util_exports.constantCatch(catchValue)
  });
}
var ZodPipe = /* @__PURE__ */ $constructor("ZodPipe", (inst, def) => {
  $ZodPipe.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json2, params) => pipeProcessor(inst, ctx, json2, params);
  inst.in = def.in;
  inst.out = def.out;
});
function pipe(in_, out) {
  return new ZodPipe({
    type: "pipe",
    in: in_,
    out
    // ...util.normalizeParams(params),
  });
}
var ZodPreprocess = /* @__PURE__ */ $constructor("ZodPreprocess", (inst, def) => {
  ZodPipe.init(inst, def);
  $ZodPreprocess.init(inst, def);
});
var ZodReadonly = /* @__PURE__ */ $constructor("ZodReadonly", (inst, def) => {
  $ZodReadonly.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json2, params) => readonlyProcessor(inst, ctx, json2, params);
  inst.unwrap = () => inst._zod.def.innerType;
});
function readonly(innerType) {
  return new ZodReadonly({
    type: "readonly",
    innerType
  });
}
var ZodLazy = /* @__PURE__ */ $constructor("ZodLazy", (inst, def) => {
  $ZodLazy.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json2, params) => lazyProcessor(inst, ctx, json2, params);
  inst.unwrap = () => inst._zod.def.getter();
});
function lazy(getter) {
  return new ZodLazy({
    type: "lazy",
    getter
  });
}
var ZodCustom = /* @__PURE__ */ $constructor("ZodCustom", (inst, def) => {
  $ZodCustom.init(inst, def);
  ZodType.init(inst, def);
  inst._zod.processJSONSchema = (ctx, json2, params) => customProcessor(inst, ctx, json2, params);
});
function custom(fn, _params) {
  return _custom(ZodCustom, fn ?? (() => true), _params);
}
function refine(fn, _params = {}) {
  return _refine(ZodCustom, fn, _params);
}
function superRefine(fn, params) {
  return _superRefine(fn, params);
}
function json(params) {
  const jsonSchema = lazy(() => {
    return union([string2(params), number2(), boolean2(), _null3(), array(jsonSchema), record(string2(), jsonSchema)]);
  });
  return jsonSchema;
}
function preprocess(fn, schema) {
  return new ZodPreprocess({
    type: "pipe",
    in: transform(fn),
    out: schema
  });
}

// agent/cluster/quantity.ts
var FACTORS = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60
};
function parseQuantity(text2) {
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(String(text2));
  const factor = FACTORS[match?.[2] ?? "?"];
  return match && factor !== void 0 ? Number(match[1]) * factor : null;
}

// agent/tasks/scale/hpa/hpaSpec.ts
var DEFAULT_TOLERANCE = 0.1;
var DEFAULT_DOWN_WINDOW_SECONDS = 300;
var MOST_WINDOW_SECONDS = 3600;
var MOST_PERIOD_SECONDS = 1800;
var DEFAULT_CPU_UTILISATION = 80;
var MOST_REPLICAS = 2 ** 31 - 1;
var Replicas = int().max(MOST_REPLICAS);
var Milli = union([string2(), number2()]).transform((value, context) => {
  const quantity = parseQuantity(value);
  if (quantity !== null) return milli(quantity);
  context.addIssue(`not a quantity: ${value}`);
  return NEVER;
});
var PositiveMilli = Milli.pipe(number2().positive("must be positive"));
var ScalingPolicy = object({
  type: _enum(["Pods", "Percent"]),
  value: Replicas.positive(),
  periodSeconds: int().positive().max(MOST_PERIOD_SECONDS)
});
var ScalingRules = object({
  selectPolicy: _enum(["Max", "Min", "Disabled"]).nullish(),
  stabilizationWindowSeconds: int().min(0).max(MOST_WINDOW_SECONDS).nullish(),
  /** Since Kubernetes 1.33. */
  tolerance: Milli.pipe(number2().min(0)).nullish(),
  policies: array(ScalingPolicy).min(1, "must specify at least one policy").nullish()
});
var DEFAULT_SCALE_UP = {
  selectPolicy: "Max",
  stabilizationWindowSeconds: 0,
  tolerance: DEFAULT_TOLERANCE,
  policies: [
    { type: "Pods", value: 4, periodSeconds: 15 },
    { type: "Percent", value: 100, periodSeconds: 15 }
  ]
};
var DEFAULT_SCALE_DOWN = {
  selectPolicy: "Max",
  stabilizationWindowSeconds: DEFAULT_DOWN_WINDOW_SECONDS,
  tolerance: DEFAULT_TOLERANCE,
  policies: [{ type: "Percent", value: 100, periodSeconds: 15 }]
};
function withDefaults(rules, defaults) {
  const { tolerance } = rules ?? {};
  return {
    selectPolicy: rules?.selectPolicy ?? defaults.selectPolicy,
    stabilizationWindowSeconds: rules?.stabilizationWindowSeconds ?? defaults.stabilizationWindowSeconds,
    tolerance: typeof tolerance === "number" ? tolerance / 1e3 : defaults.tolerance,
    policies: rules?.policies ?? defaults.policies
  };
}
var Utilization = object({
  type: literal("Utilization"),
  /** Percent of the request. */
  averageUtilization: int().positive()
});
var AverageValue = object({ type: literal("AverageValue"), averageValue: PositiveMilli }).transform(({ type, averageValue }) => ({ type, averageValueMilli: averageValue }));
var Value = object({ type: literal("Value"), value: PositiveMilli }).transform(({ type, value }) => ({ type, valueMilli: value }));
var OfResource = discriminatedUnion("type", [Utilization, AverageValue]);
var OfObject = discriminatedUnion("type", [AverageValue, Value]);
var Selector = record(string2(), unknown()).optional();
var Identifier = object({ name: string2().min(1), selector: Selector });
var ObjectReference = object({
  kind: string2().min(1),
  name: string2().min(1),
  apiVersion: string2().optional()
});
var Metric = discriminatedUnion("type", [
  object({
    type: literal("Resource"),
    resource: object({ name: string2().min(1), target: OfResource })
  }),
  object({
    type: literal("ContainerResource"),
    containerResource: object({
      name: string2().min(1),
      container: string2().min(1),
      target: OfResource
    })
  }),
  object({ type: literal("Pods"), pods: object({ metric: Identifier, target: AverageValue }) }),
  object({
    type: literal("Object"),
    object: object({ metric: Identifier, describedObject: ObjectReference, target: OfObject })
  }),
  object({ type: literal("External"), external: object({ metric: Identifier, target: OfObject }) })
]);
var DEFAULT_METRICS = [
  {
    type: "Resource",
    resource: {
      name: "cpu",
      target: { type: "Utilization", averageUtilization: DEFAULT_CPU_UTILISATION }
    }
  }
];
var HpaSpec = object({
  scaleTargetRef: ObjectReference,
  minReplicas: Replicas.min(0).nullish(),
  maxReplicas: Replicas.positive(),
  metrics: array(Metric).nullish(),
  behavior: object({ scaleUp: ScalingRules.nullish(), scaleDown: ScalingRules.nullish() }).nullish()
}).transform(({ minReplicas, metrics, behavior, ...rest }) => ({
  ...rest,
  minReplicas: minReplicas ?? 1,
  metrics: metrics && metrics.length > 0 ? metrics : DEFAULT_METRICS,
  scaleUp: withDefaults(behavior?.scaleUp, DEFAULT_SCALE_UP),
  scaleDown: withDefaults(behavior?.scaleDown, DEFAULT_SCALE_DOWN)
})).superRefine(({ minReplicas, maxReplicas, metrics }, context) => {
  if (maxReplicas < minReplicas) {
    const message2 = `must be greater than or equal to minReplicas (${minReplicas}), is ${maxReplicas}`;
    context.addIssue({ code: "custom", path: ["maxReplicas"], message: message2 });
  }
  const mayReachZero = metrics.some(({ type }) => type === "Object" || type === "External");
  if (minReplicas === 0 && !mayReachZero) {
    const message2 = "must specify at least one Object or External metric to support scaling to zero replicas";
    context.addIssue({ code: "custom", path: ["metrics"], message: message2 });
  }
});
function milli(amount) {
  return Math.ceil(amount * 1e3 - 1e-6);
}

// agent/tasks/scale/hpa/hpaState.ts
var KEPT_SECONDS = 3600;
var FIRST_CAPACITY = 64;
var TimedNumbers = class {
  #seconds = new Float64Array(FIRST_CAPACITY);
  #values = new Float64Array(FIRST_CAPACITY);
  #first = 0;
  #count = 0;
  get size() {
    return this.#count;
  }
  /** @param nowSeconds not before that of the last call */
  add(nowSeconds, value) {
    while (this.#count > 0 && this.#secondsAgo(this.#count) < nowSeconds - KEPT_SECONDS) this.#forgetOldest();
    if (this.#count === this.#values.length) this.#grow();
    const at = this.#first + this.#count & this.#values.length - 1;
    this.#seconds[at] = nowSeconds;
    this.#values[at] = value;
    this.#count++;
  }
  clear() {
    this.#first = this.#count = 0;
  }
  /** The least of those after `sinceSeconds`, and `atMost`. */
  least(sinceSeconds, atMost) {
    let least2 = atMost;
    for (let ago = 1; ago <= this.#count && this.#secondsAgo(ago) > sinceSeconds; ago++) {
      least2 = Math.min(least2, this.#valueAgo(ago));
    }
    return least2;
  }
  /** The greatest of those after `sinceSeconds`, and `atLeast`. */
  greatest(sinceSeconds, atLeast) {
    let greatest2 = atLeast;
    for (let ago = 1; ago <= this.#count && this.#secondsAgo(ago) > sinceSeconds; ago++) {
      greatest2 = Math.max(greatest2, this.#valueAgo(ago));
    }
    return greatest2;
  }
  /** Of those after `sinceSeconds`. */
  sum(sinceSeconds) {
    let sum2 = 0;
    for (let ago = 1; ago <= this.#count && this.#secondsAgo(ago) > sinceSeconds; ago++) {
      sum2 += this.#valueAgo(ago);
    }
    return sum2;
  }
  /** @param ago 1 for the newest */
  #secondsAgo(ago) {
    return this.#seconds[this.#first + this.#count - ago & this.#seconds.length - 1];
  }
  #valueAgo(ago) {
    return this.#values[this.#first + this.#count - ago & this.#values.length - 1];
  }
  #forgetOldest() {
    this.#first = this.#first + 1 & this.#values.length - 1;
    this.#count--;
  }
  #grow() {
    const { length } = this.#values;
    const seconds = new Float64Array(2 * length);
    const values = new Float64Array(2 * length);
    for (let ago = 1; ago <= this.#count; ago++) {
      seconds[this.#count - ago] = this.#secondsAgo(ago);
      values[this.#count - ago] = this.#valueAgo(ago);
    }
    this.#seconds = seconds;
    this.#values = values;
    this.#first = 0;
  }
};
var HpaState = class {
  /** Pods that the metrics asked for, before windows, policies and bounds. */
  recommendations = new TimedNumbers();
  /** By how many pods the HPA has scaled up and down, both > 0. */
  scaleUps = new TimedNumbers();
  scaleDowns = new TimedNumbers();
  /** Lets the count that is found be the first recommendation: an HPA that is new does not scale down at once. */
  begin(nowSeconds, replicas2) {
    if (this.recommendations.size === 0) this.recommendations.add(nowSeconds, replicas2);
  }
  /** Notes that the target was scaled, which the policies of the next minutes reckon with. */
  noteRescale(nowSeconds, from, to) {
    if (to > from) this.scaleUps.add(nowSeconds, to - from);
    if (to < from) this.scaleDowns.add(nowSeconds, from - to);
  }
  clear() {
    this.recommendations.clear();
    this.scaleUps.clear();
    this.scaleDowns.clear();
  }
};

// agent/tasks/scale/hpa/podAggregate.ts
function emptyAggregate() {
  return {
    ready: 0,
    usageMilli: 0,
    requestMilli: 0,
    missing: 0,
    missingRequestMilli: 0,
    unready: 0,
    unreadyRequestMilli: 0
  };
}

// agent/tasks/scale/hpa/replicas.ts
var ROUNDING = 1e-9;
function replicasForUtilisation(pods, targetPercent, current, tolerances) {
  const ratio2 = utilisationPercent(pods.usageMilli, pods.requestMilli) / targetPercent;
  if (pods.ready === 0 || !isUsable(ratio2)) return current;
  const isUpWithUnready = pods.unready > 0 && ratio2 > 1;
  if (!isUpWithUnready && pods.missing === 0) return scaled(ratio2, pods.ready, current, tolerances);
  let { usageMilli, requestMilli, ready: count3 } = pods;
  if (ratio2 !== 1) {
    if (ratio2 < 1) usageMilli += pods.missingRequestMilli * Math.max(100, targetPercent) / 100;
    requestMilli += pods.missingRequestMilli;
    count3 += pods.missing;
  }
  if (isUpWithUnready) {
    requestMilli += pods.unreadyRequestMilli;
    count3 += pods.unready;
  }
  const cautious = utilisationPercent(usageMilli, requestMilli) / targetPercent;
  return cautiouslyScaled(ratio2, cautious, count3, current, tolerances);
}
function utilisationPercent(usageMilli, requestMilli) {
  return Math.floor(usageMilli * 100 / requestMilli + ROUNDING);
}
function ceil(pods) {
  return Math.max(0, Math.ceil(pods - ROUNDING));
}
function scaled(ratio2, count3, current, tolerances) {
  return isWithin(ratio2, tolerances) ? current : ceil(ratio2 * count3);
}
function cautiouslyScaled(ratio2, cautious, count3, current, tolerances) {
  const turns = ratio2 < 1 && cautious > 1 || ratio2 > 1 && cautious < 1;
  if (turns || isWithin(cautious, tolerances)) return current;
  const wanted = ceil(cautious * count3);
  const goesTheOtherWay = cautious < 1 && wanted > current || cautious > 1 && wanted < current;
  return goesTheOtherWay ? current : wanted;
}
function isWithin(ratio2, { scaleUp, scaleDown }) {
  return ratio2 >= 1 - scaleDown.tolerance - ROUNDING && ratio2 <= 1 + scaleUp.tolerance + ROUNDING;
}
function isUsable(ratio2) {
  return Number.isFinite(ratio2) && ratio2 >= 0;
}

// agent/sim/scale/baselines/perPrice.ts
var PerPrice = class {
  byPrice;
  /** @param byPrice at least one, ascending by price */
  constructor(byPrice) {
    this.byPrice = byPrice;
  }
  /** Those of the price that is nearest, in proportion. */
  nearest(violationPrice) {
    let best = this.byPrice[0];
    for (const candidate of this.byPrice) {
      if (distance(candidate[0], violationPrice) < distance(best[0], violationPrice)) best = candidate;
    }
    return best[1];
  }
};
function distance(a, b) {
  return a > b ? a / b : b / a;
}

// agent/sim/scale/baselines/tuned.ts
var TUNED_HPA = new PerPrice([
  [5, { target: 0.8, tolerance: 0.02, downWindowSeconds: 300 }],
  [20, { target: 0.6, tolerance: 0.02, downWindowSeconds: 600 }],
  [80, { target: 0.45, tolerance: 0.02, downWindowSeconds: 900 }]
]);
var TUNED_PREDICTIVE = new PerPrice([
  [5, { target: 0.9, safety: 0.5, trendGain: 0.6, tolerance: 0.1, downWindowSeconds: 60 }],
  [20, { target: 1, safety: 1, trendGain: 1, tolerance: 0.05, downWindowSeconds: 180 }],
  [80, { target: 1, safety: 2, trendGain: 0.6, tolerance: 0.1, downWindowSeconds: 600 }]
]);
var TUNED_QUANTILE = new PerPrice([
  [5, { quantile: 80, target: 0.8, safety: 0, downWindowSeconds: 0 }],
  [20, { quantile: 95, target: 0.9, safety: 1, downWindowSeconds: 0 }],
  [80, { quantile: 95, target: 1, safety: 3, downWindowSeconds: 0 }]
]);
var TUNED_CLAIRVOYANT = new PerPrice([
  [5, { target: 0.95, safety: 0.25, downSeconds: 120 }],
  [20, { target: 0.85, safety: 0.25, downSeconds: 120 }],
  [80, { target: 0.85, safety: 0.5, downSeconds: 120 }]
]);

// agent/sim/scale/baselines/hpa.ts
var DEFAULT_HPA = { target: 0.7, tolerance: 0.1, downWindowSeconds: 300 };
function hpa(name, settingsFor) {
  const policy = new HpaPolicy();
  return {
    name,
    reset: () => policy.reset(),
    decide: ({ model, violationPrice }) => policy.decide(model, settingsFor(violationPrice))
  };
}
var defaultHpa = () => hpa("hpa-default", () => DEFAULT_HPA);
var tunedHpa = () => hpa("hpa-tuned", (price) => TUNED_HPA.nearest(price));
var HpaPolicy = class {
  #state = new HpaState();
  #rules = {
    minReplicas: 1,
    maxReplicas: 1,
    scaleUp: { ...DEFAULT_SCALE_UP },
    scaleDown: { ...DEFAULT_SCALE_DOWN }
  };
  reset() {
    this.#state.clear();
  }
  /** How many pods are wanted next. Takes it that they will be, and that no control step is left out. */
  decide(view2, { target, tolerance, downWindowSeconds, upWindowSeconds = 0 }) {
    const rules = this.#rules;
    rules.minReplicas = view2.minReplicas;
    rules.maxReplicas = view2.maxReplicas;
    rules.scaleUp.stabilizationWindowSeconds = upWindowSeconds;
    rules.scaleDown.stabilizationWindowSeconds = downWindowSeconds;
    const pods = view2.pods.count;
    this.#state.begin(view2.seconds, pods);
    const recommended = hpaRecommendation(view2, target, tolerance);
    const wanted = heedBehavior(rules, this.#state, view2.seconds, pods, recommended);
    this.#state.noteRescale(view2.seconds, pods, wanted);
    return wanted;
  }
};
var REQUEST_MILLI = 1e3;
var AGGREGATE = emptyAggregate();
var TOLERANCES = { scaleUp: { tolerance: 0 }, scaleDown: { tolerance: 0 } };
function hpaRecommendation(view2, target, tolerance) {
  const { pods, metrics } = view2;
  const measured = pods.measured(view2.seconds);
  AGGREGATE.ready = measured;
  AGGREGATE.usageMilli = measured * metrics.cpu * REQUEST_MILLI;
  AGGREGATE.requestMilli = measured * REQUEST_MILLI;
  AGGREGATE.unready = pods.count - measured;
  AGGREGATE.unreadyRequestMilli = AGGREGATE.unready * REQUEST_MILLI;
  TOLERANCES.scaleUp.tolerance = TOLERANCES.scaleDown.tolerance = tolerance;
  return replicasForUtilisation(AGGREGATE, target * 100, pods.count, TOLERANCES);
}

// agent/sim/power.ts
function power(base, exponent) {
  return Math.exp(exponent * Math.log(base));
}

// agent/sim/scale/units.ts
var CONTROL_STEP_SECONDS = 15;
var STEPS_PER_HOUR = 3600 / CONTROL_STEP_SECONDS;
var LATENCY_OBJECTIVE_SECONDS = 0.2;
var MOST_REPLICAS2 = 100;
function clamp(value, least2, most2) {
  return value < least2 ? least2 : value > most2 ? most2 : value;
}

// agent/sim/scale/domain.ts
var DOMAIN_RANGES = {
  concurrency: { drawn: [1, 5], distribution: "log", allowed: [0.1, 1e3] },
  serviceSeconds: { drawn: [0.015, 0.05], distribution: "uniform", allowed: [1e-4, 10] },
  balancing: { drawn: [0.3, 1], distribution: "uniform", allowed: [0, 1] },
  startupSeconds: { drawn: [20, 90], distribution: "uniform", allowed: [1, 600] },
  timeoutSeconds: { drawn: [2, 5], distribution: "uniform", allowed: [0.5, 60] },
  latencyObjectiveSeconds: {
    drawn: [LATENCY_OBJECTIVE_SECONDS, LATENCY_OBJECTIVE_SECONDS],
    distribution: "constant",
    allowed: [1e-3, 60]
  },
  capacityDrift: { drawn: [0.03, 0.1], distribution: "uniform", allowed: [0, 0.3] },
  metricWindowSteps: { drawn: [2, 4], distribution: "either", allowed: [1, 8], whole: true },
  metricLagSteps: { drawn: [0, 1], distribution: "either", allowed: [0, 4], whole: true },
  metricNoise: { drawn: [0, 0.03], distribution: "uniform", allowed: [0, 0.3] },
  peakLoadShare: { drawn: [0.08, 0.6], distribution: "log", allowed: [1e-3, 2] },
  startUtilisation: { drawn: [0.5, 0.8], distribution: "uniform", allowed: [0.1, 1] },
  memoryBase: { drawn: [0.25, 0.5], distribution: "uniform", allowed: [0, 0.6] },
  memoryPerLoad: { drawn: [0.05, 0.2], distribution: "uniform", allowed: [0, 0.2] }
};
var KEYS = Object.keys(DOMAIN_RANGES);
var FixedDomain = strictObject(
  Object.fromEntries(KEYS.map((key) => [key, valueSchema(DOMAIN_RANGES[key]).optional()]))
);
function valueSchema({ allowed: [least2, most2], whole: whole3 }) {
  const schema = number2().min(least2).max(most2);
  return whole3 ? schema.int() : schema;
}
function emptyDomain() {
  return Object.fromEntries(KEYS.map((key) => [key, 0]));
}
function drawDomain(domain, random, fixed) {
  for (const key of KEYS) {
    const drawn = draw(DOMAIN_RANGES[key], random);
    domain[key] = fixed[key] ?? drawn;
  }
}
function draw({ drawn: [least2, most2], distribution }, random) {
  if (distribution === "constant") return least2;
  const share6 = random.uniform();
  if (distribution === "either") return share6 < 0.5 ? least2 : most2;
  return distribution === "log" ? least2 * power(most2 / least2, share6) : least2 + (most2 - least2) * share6;
}
function podCapacity(domain) {
  return domain.concurrency / domain.serviceSeconds;
}

// agent/sim/scale/sloCost.ts
var ACTION_PRICE = 0.5;
var LEARNED_ACTION_PRICE = 2;
var IDEAL_UTILISATION = 0.7;
var SCALE = 1.5;
function sloCost({ model, violationPrice, change }) {
  const { service, pods } = model;
  const violatedLoad = service.violatedShare * service.load;
  return pods.count + violationPrice * violatedLoad + (change === 0 ? 0 : ACTION_PRICE);
}
function costAt(info, violationPrice) {
  const { meanPods = 0, violatedShare = 0, meanLoad = 0, actionsPerHour = 0 } = info;
  const actionsPerStep = actionsPerHour / STEPS_PER_HOUR;
  return meanPods + violationPrice * violatedShare * meanLoad + ACTION_PRICE * actionsPerStep;
}
var sloCostReward = {
  terms: ["pods", "violations", "actions", "podsChanged"],
  weights: Float32Array.of(1, 1, LEARNED_ACTION_PRICE, 0.05),
  evaluate({ model: { service, pods }, violationPrice, meanLoad, change }, terms) {
    const scale = SCALE / (Math.sqrt(violationPrice) * (1 + meanLoad));
    terms[0] = -scale * (pods.count - service.load / IDEAL_UTILISATION);
    terms[1] = -scale * violationPrice * service.violatedShare * service.load;
    terms[2] = change === 0 ? 0 : -scale;
    terms[3] = -scale * Math.abs(change);
  }
};

// agent/sim/scale/episodeTotals.ts
var POD_STEP_DOLLARS = 0.01;
var EpisodeTotals = class {
  #steps = 0;
  #cost = 0;
  #pods = 0;
  #actions = 0;
  #arrivals = 0;
  #violated = 0;
  #timedOut = 0;
  #secondsOver = 0;
  #utilisation = 0;
  #load = 0;
  #latency = 0;
  reset() {
    this.#steps = this.#cost = this.#pods = this.#actions = this.#arrivals = 0;
    this.#violated = this.#timedOut = this.#secondsOver = this.#utilisation = this.#load = this.#latency = 0;
  }
  add(outcome) {
    const { service, pods } = outcome.model;
    this.#steps++;
    this.#cost += sloCost(outcome);
    this.#pods += pods.count;
    if (outcome.change !== 0) this.#actions++;
    this.#arrivals += service.arrivals;
    this.#violated += service.violated;
    this.#timedOut += service.timedOut;
    this.#secondsOver += service.secondsOverObjective;
    this.#utilisation += service.utilisation;
    this.#load += service.load;
    this.#latency += service.latencyP95Seconds * service.arrivals;
  }
  /** All 0 before the first step. */
  info() {
    const steps = Math.max(1, this.#steps);
    const requests = Math.max(1, this.#arrivals);
    return {
      /** J(W), the less the better: mean pods + W × violated load + 0.5 per scaling action. */
      objectiveCost: this.#cost / steps,
      /** In pods at full utilisation. */
      meanLoad: this.#load / steps,
      meanPods: this.#pods / steps,
      violatedShare: this.#violated / requests,
      errorShare: this.#timedOut / requests,
      actionsPerHour: this.#actions / steps * STEPS_PER_HOUR,
      /** Mean of the control steps' 95th percentiles, weighted by requests. */
      latencyP95Seconds: this.#latency / requests,
      cpuUtilisation: this.#utilisation / steps,
      /** Share of seconds in which at most 5 % of the requests were late and none failed. */
      sloCompliance: 1 - this.#secondsOver / (steps * CONTROL_STEP_SECONDS),
      costPer1000Requests: POD_STEP_DOLLARS * this.#pods / (Math.max(1, this.#arrivals - this.#timedOut) / 1e3)
    };
  }
};

// agent/sim/scale/observation12.ts
var LONGEST_SECONDS = 5 * LATENCY_OBJECTIVE_SECONDS;
var share = (name, unit3) => ({ name, unit: unit3, min: 0, max: 1 });
var observation12 = {
  podChanges: [-1, 0, 1],
  fields: [
    share("cpuCurrent", "share of limit"),
    share("cpuAverage", "share of limit, mean of 5 min"),
    share("cpuMax", "share of limit, maximum of 5 min"),
    share("memoryCurrent", "share of limit"),
    share("memoryAverage", "share of limit, mean of 5 min"),
    share("memoryMax", "share of limit, maximum of 5 min"),
    share("requestRate", "share of what the most replicas can serve"),
    share("latencyP95", `seconds, cut at ${LONGEST_SECONDS}`),
    share("queue", `seconds until it is served, cut at ${LONGEST_SECONDS}`),
    share("pods", "share of the most replicas"),
    share("pendingPods", "share of pods"),
    share("errorRate", "share of requests")
  ],
  write({ metrics, estimates, pods, maxReplicas }, _violationPrice, observation) {
    observation[0] = metrics.cpu;
    observation[1] = metrics.cpuMean;
    observation[2] = metrics.cpuMax;
    observation[3] = metrics.memory;
    observation[4] = metrics.memoryMean;
    observation[5] = metrics.memoryMax;
    observation[6] = clamp(estimates.load / maxReplicas, 0, 1);
    observation[7] = clamp(metrics.latencyP95Seconds / LONGEST_SECONDS, 0, 1);
    const queueSeconds = metrics.backlog / (estimates.podRate * pods.ready);
    observation[8] = clamp(queueSeconds / LONGEST_SECONDS, 0, 1);
    observation[9] = pods.count / maxReplicas;
    observation[10] = (pods.count - pods.ready) / pods.count;
    observation[11] = metrics.errorShare;
  }
};

// agent/sim/scale/baselines/downscaleWindow.ts
var DownscaleWindow = class {
  #state = new HpaState();
  #rules = {
    minReplicas: 0,
    maxReplicas: Number.POSITIVE_INFINITY,
    scaleUp: DEFAULT_SCALE_UP,
    scaleDown: { ...DEFAULT_SCALE_DOWN }
  };
  #seconds = 0;
  reset() {
    this.#state.clear();
  }
  /** To be asked once in each control step. @param windowSeconds up to an hour; 0 for none */
  stabilise(recommended, pods, windowSeconds) {
    this.#seconds += CONTROL_STEP_SECONDS;
    this.#rules.scaleDown.stabilizationWindowSeconds = windowSeconds;
    const wanted = heedBehavior(this.#rules, this.#state, this.#seconds, pods, recommended);
    this.#state.noteRescale(this.#seconds, pods, wanted);
    return wanted;
  }
};

// agent/sim/scale/baselines/scaleRule.ts
function asBaseline(rule) {
  return {
    name: rule.name,
    reset: () => rule.reset(),
    decide: ({ model, violationPrice }) => rule.podsWanted(model, violationPrice)
  };
}

// agent/sim/scale/baselines/predictive.ts
function predictiveRule(name, settingsFor) {
  const window = new DownscaleWindow();
  return {
    name,
    reset: () => window.reset(),
    podsWanted(view2, violationPrice) {
      const settings = settingsFor(violationPrice);
      const load = forecastLoad(view2.estimates, settings.trendGain);
      const recommended = tolerant(view2, load, settings);
      return window.stabilise(recommended, view2.pods.count, settings.downWindowSeconds);
    }
  };
}
function predictive(name, settingsFor) {
  return asBaseline(predictiveRule(name, settingsFor));
}
var tunedPredictiveRule = () => predictiveRule("predictive-tuned", (price) => TUNED_PREDICTIVE.nearest(price));
var tunedPredictive = () => asBaseline(tunedPredictiveRule());
function forecastLoad({ load, level, trend, leadSteps }, trendGain) {
  return Math.max(load, level + trendGain * leadSteps * trend);
}
function podsFor(load, target, safety) {
  return load / target + safety * Math.sqrt(load);
}
function tolerant({ pods }, load, settings) {
  const wanted = podsFor(load, settings.target, settings.safety);
  return Math.abs(1 - wanted / pods.count) <= settings.tolerance ? pods.count : ceil(wanted);
}

// agent/sim/scale/quantileTracker.ts
var STEP_SHARE = 0.06;
var QuantileTracker = class {
  value = 0;
  #share;
  #speed;
  /** @param speed multiplies the step: quantiles far out are seldom exceeded and need a greater one */
  constructor(share6, speed) {
    this.#share = share6;
    this.#speed = speed;
  }
  update(value, scale) {
    const step = STEP_SHARE * this.#speed * scale;
    this.value += step * (value > this.value ? this.#share : this.#share - 1);
  }
};

// agent/sim/scale/estimates.ts
var HISTORY = 64;
var HISTORY_MASK = HISTORY - 1;
var QUARTER_HOUR_STEPS = 60;
var FIVE_MINUTES_STEPS = 20;
var HOUR_STEPS = 240;
var CAPACITY_WEIGHT = 0.1;
var TELLING_CPU = 0.05;
var LEVEL_WEIGHT = 0.6;
var TREND_WEIGHT = 0.3;
var RISE_WEIGHT = 0.03;
var Estimates = class {
  /** Requests per second of a pod. */
  podRate = 0;
  load = 0;
  /** Control steps until a pod that is wanted now shows in the metrics: start-up, window and lag. */
  leadSteps = 0;
  /** Holt's linear forecast: level, and growth per control step. */
  level = 0;
  trend = 0;
  /** Quantiles and mean size of how much the load rises within the lead time. */
  rise80 = new QuantileTracker(0.8, 2);
  rise95 = new QuantileTracker(0.95, 4);
  riseSize = 0;
  /** The greatest rise within an hour. */
  riseMax = 0;
  /** Mean, standard deviation and maximum of the load over the last five minutes, mean and maximum over 15. */
  mean5 = 0;
  deviation5 = 0;
  max5 = 0;
  mean15 = 0;
  max15 = 0;
  #domain;
  #steps = 0;
  #loads = new Float64Array(HISTORY);
  #rises = new Float64Array(HOUR_STEPS);
  constructor(domain) {
    this.#domain = domain;
  }
  /** @param load that the deployment has had before the episode */
  reset(domain, load) {
    this.#domain = domain;
    this.#steps = 0;
    this.podRate = 0;
    this.load = this.level = load;
    this.trend = this.riseMax = 0;
    this.rise80.value = this.rise95.value = 0.1 * load;
    this.riseSize = 0.05 * load;
    this.#loads.fill(load);
    this.#rises.fill(0);
  }
  /** To be called once after each scrape. */
  update(metrics, startupSeconds) {
    this.#updateCapacity(metrics);
    this.#steps++;
    this.load = metrics.arrivalRate / this.podRate;
    this.#loads[this.#steps & HISTORY_MASK] = this.load;
    const { metricLagSteps, metricWindowSteps } = this.#domain;
    this.leadSteps = startupSeconds / CONTROL_STEP_SECONDS + metricLagSteps + metricWindowSteps / 2;
    this.#updateRises();
    this.#updateForecast();
    this.#updateStatistics();
  }
  /** The load so many control steps ago. @param steps up to 60 */
  loadAgo(steps) {
    return this.#loads[this.#steps - steps & HISTORY_MASK];
  }
  #updateCapacity({ cpu, servedRate, readyPods }) {
    const isTelling = cpu > TELLING_CPU;
    const seen = servedRate / (Math.max(cpu, 1e-6) * readyPods);
    if (this.podRate === 0) this.podRate = isTelling ? seen : podCapacity(this.#domain);
    else if (isTelling) this.podRate += CAPACITY_WEIGHT * (seen - this.podRate);
  }
  #updateRises() {
    const lead = clamp(Math.round(this.leadSteps), 2, 40);
    const rise = this.load - this.loadAgo(lead);
    this.riseSize += RISE_WEIGHT * (Math.abs(rise) - this.riseSize);
    const scale = this.riseSize + 0.02 * this.load;
    this.rise80.update(rise, scale);
    this.rise95.update(rise, scale);
    const index = this.#steps % HOUR_STEPS;
    const leaving = this.#rises[index];
    this.#rises[index] = rise;
    if (rise >= this.riseMax) this.riseMax = rise;
    else if (leaving >= this.riseMax) this.riseMax = greatest(this.#rises);
  }
  #updateForecast() {
    const before = this.level;
    this.level = LEVEL_WEIGHT * this.load + (1 - LEVEL_WEIGHT) * (before + this.trend);
    this.trend = TREND_WEIGHT * (this.level - before) + (1 - TREND_WEIGHT) * this.trend;
  }
  #updateStatistics() {
    let sum2 = 0;
    let squares = 0;
    let most2 = 0;
    for (let ago = 0; ago < FIVE_MINUTES_STEPS; ago++) {
      const load = this.loadAgo(ago);
      sum2 += load;
      squares += load * load;
      if (load > most2) most2 = load;
    }
    this.mean5 = sum2 / FIVE_MINUTES_STEPS;
    this.deviation5 = Math.sqrt(Math.max(0, squares / FIVE_MINUTES_STEPS - this.mean5 * this.mean5));
    this.max5 = most2;
    for (let ago = FIVE_MINUTES_STEPS; ago < QUARTER_HOUR_STEPS; ago++) {
      const load = this.loadAgo(ago);
      sum2 += load;
      if (load > most2) most2 = load;
    }
    this.mean15 = sum2 / QUARTER_HOUR_STEPS;
    this.max15 = most2;
  }
};
function greatest(values) {
  let most2 = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (value > most2) most2 = value;
  }
  return most2;
}

// agent/sim/scale/violationPrice.ts
var VIOLATION_PRICES = { least: 2, most: 100 };
var MIDDLE_LN = Math.log(VIOLATION_PRICES.least * VIOLATION_PRICES.most) / 2;
var HALF_LN = Math.log(VIOLATION_PRICES.most / VIOLATION_PRICES.least) / 2;
function drawViolationPrice(random) {
  return Math.exp(MIDDLE_LN + HALF_LN * (2 * random.uniform() - 1));
}
function normalisedPrice(violationPrice) {
  return (Math.log(violationPrice) - MIDDLE_LN) / HALF_LN;
}

// agent/sim/scale/observation36.ts
var CENTRE = 0.7;
var LEAST_LOAD = 0.2;
var LN_30 = Math.log(30);
var MINUTE_STEPS = 4;
var HPA_TARGET = 0.7;
var HPA_TOLERANCE = 0.1;
var RULE_TARGET = 0.9;
var RULE_SAFETY = 1;
var RULE_TREND_GAIN = 0.5;
var field = (name, unit3, min, max) => ({ name, unit: unit3, min, max });
var size = {
  fields: [
    field("cpu", "(utilisation \u2212 0.6) \xD7 2", -1.2, 0.8),
    field("loadPerReadyPod", "(pods at full utilisation per ready pod \u2212 0.7) \xD7 2", -1.4, 4),
    field("loadPerPod", "(pods at full utilisation per wanted pod \u2212 0.7) \xD7 2", -1.4, 4),
    field("podsLogarithm", "ln(pods) \xF7 ln(30) \xD7 2 \u2212 1", -1, 2),
    field("pods", "pods \xF7 15 \u2212 1", -1, 6),
    field("podShare", "4 \xF7 pods \u2212 1", -1, 3),
    field("loadShare", "1 \xF7 (load + 0.5) \u2212 0.3", -0.3, 1.7),
    field("startingShare", "share of wanted pods that still start \xD7 2", 0, 2)
  ],
  write({ metrics, estimates, pods }, out, at) {
    const { load } = estimates;
    out[at] = metrics.cpu * 2 - 1.2;
    out[at + 1] = centred(load / pods.ready, 2);
    out[at + 2] = centred(load / pods.count, 2);
    out[at + 3] = Math.log(pods.count) / LN_30 * 2 - 1;
    out[at + 4] = pods.count / 15 - 1;
    out[at + 5] = 4 / pods.count - 1;
    out[at + 6] = 1 / (load + 0.5) - 0.3;
    out[at + 7] = (1 - pods.ready / pods.count) * 2;
  }
};
var quality = {
  fields: [
    field("latencyP95", "ln(seconds \xF7 0.2)", -2, 3),
    field("violatedShare", "share of requests \xD7 3", 0, 3),
    field("queue", "seconds until it is served", 0, 3),
    field("errorShare", "share of requests \xD7 3", 0, 3)
  ],
  write({ metrics, estimates, pods }, out, at) {
    out[at] = clamp(Math.log(metrics.latencyP95Seconds / LATENCY_OBJECTIVE_SECONDS), -2, 3);
    out[at + 1] = metrics.violatedShare * 3;
    out[at + 2] = clamp(metrics.backlog / (pods.ready * estimates.podRate), 0, 3);
    out[at + 3] = metrics.errorShare * 3;
  }
};
var history = {
  fields: [
    field("loadChange15s", "4 \xD7 ln(load \xF7 load 15 s ago)", -3, 3),
    field("loadChange1m", "2 \xD7 ln(load \xF7 load 1 min ago)", -3, 3),
    field("loadChange5m", "ln(load \xF7 load 5 min ago)", -3, 3),
    field("loadChange15m", "ln(load \xF7 load 15 min ago)", -3, 3),
    field("loadMax5m", "(maximum of 5 min per wanted pod \u2212 0.7) \xD7 2", -1.4, 6),
    field("loadMax15m", "(maximum of 15 min per wanted pod \u2212 0.7) \xD7 2", -1.4, 6),
    field("loadVariation5m", "standard deviation \xF7 mean of 5 min \xD7 3", 0, 3),
    field("loadForecast", "(forecast of one lead time per wanted pod \u2212 0.7) \xD7 2", -2, 6),
    field("loadTrend", "forecast growth in one lead time \xF7 load", -2, 2)
  ],
  write({ estimates, pods }, out, at) {
    const { load, level, trend, leadSteps } = estimates;
    out[at] = clamp(4 * lnChange(estimates, 1), -3, 3);
    out[at + 1] = clamp(2 * lnChange(estimates, MINUTE_STEPS), -3, 3);
    out[at + 2] = clamp(lnChange(estimates, FIVE_MINUTES_STEPS), -3, 3);
    out[at + 3] = clamp(lnChange(estimates, QUARTER_HOUR_STEPS), -3, 3);
    out[at + 4] = centred(estimates.max5 / pods.count, 3);
    out[at + 5] = centred(estimates.max15 / pods.count, 3);
    out[at + 6] = clamp(estimates.deviation5 / Math.max(LEAST_LOAD, estimates.mean5) * 3, 0, 3);
    out[at + 7] = centred((level + leadSteps * trend) / pods.count, 3);
    out[at + 8] = clamp(leadSteps * trend / Math.max(1, load), -2, 2);
  }
};
var risk = {
  fields: [
    field(
      "loadRise80",
      "(load + 80 % quantile of its rise in one lead time, per wanted pod \u2212 0.7) \xD7 2",
      -2,
      6
    ),
    field(
      "loadRise95",
      "(load + 95 % quantile of its rise in one lead time, per wanted pod \u2212 0.7) \xD7 2",
      -2,
      6
    ),
    field("loadRiseMax", "(load + greatest rise in one lead time of 1 h, per wanted pod \u2212 0.7) \xD7 2", -1.4, 6),
    field("loadRiseMean", "mean absolute change in one lead time \xF7 load \xD7 3", 0, 3)
  ],
  write({ estimates, pods }, out, at) {
    const { load, rise80, rise95, riseMax, riseSize } = estimates;
    out[at] = centred((load + rise80.value) / pods.count, 3);
    out[at + 1] = centred((load + rise95.value) / pods.count, 3);
    out[at + 2] = centred((load + riseMax) / pods.count, 3);
    out[at + 3] = clamp(riseSize / Math.max(LEAST_LOAD, load) * 3, 0, 3);
  }
};
var suggestions = {
  fields: [
    field("predictiveSuggestion", "(pods suggested \u2212 pods) \xF7 \u221A(pods + 1)", -3, 3),
    field("peakSuggestion", "(pods for the maximum of 5 min \u2212 pods) \xF7 \u221A(pods + 1)", -3, 3),
    field("hpaSuggestion", "(pods suggested \u2212 pods) \xF7 \u221A(pods + 1)", -3, 3),
    field("meanSuggestion", "(pods for the mean of 15 min \u2212 pods) \xF7 \u221A(pods + 1)", -3, 3)
  ],
  write(view2, out, at) {
    const { estimates, pods } = view2;
    const { count: count3 } = pods;
    out[at] = suggestion(ruleFor(forecastLoad(estimates, RULE_TREND_GAIN)), count3);
    out[at + 1] = suggestion(ruleFor(estimates.max5), count3);
    out[at + 2] = suggestion(hpaRecommendation(view2, HPA_TARGET, HPA_TOLERANCE), count3);
    out[at + 3] = suggestion(ruleFor(estimates.mean15), count3);
  }
};
var setting = {
  fields: [
    field("sinceUp", "exp(\u2212seconds since the last scale-up \xF7 120)", 0, 1),
    field("sinceDown", "exp(\u2212seconds since the last scale-down \xF7 120)", 0, 1),
    field("sinceDownSlow", "exp(\u2212seconds since the last scale-down \xF7 400)", 0, 1),
    field("startup", "seconds \xF7 45 \u2212 1.2", -1.2, 3),
    field("metricWindow", "control steps of 15 s \u2212 3", -2, 5),
    field("metricLag", "control steps of 15 s \xD7 2 \u2212 1", -1, 7),
    field("violationPrice", "ln(pods per violated pod of load), \xB11 at 2 and 100", -2, 2)
  ],
  write({ pods, domain, seconds }, out, at, violationPrice) {
    out[at] = Math.exp((pods.lastUpSeconds - seconds) / 120);
    out[at + 1] = Math.exp((pods.lastDownSeconds - seconds) / 120);
    out[at + 2] = Math.exp((pods.lastDownSeconds - seconds) / 400);
    out[at + 3] = clamp(pods.startupEstimateSeconds / 45 - 1.2, -1.2, 3);
    out[at + 4] = domain.metricWindowSteps - 3;
    out[at + 5] = domain.metricLagSteps * 2 - 1;
    out[at + 6] = clamp(normalisedPrice(violationPrice), -2, 2);
  }
};
var GROUPS = [size, quality, history, risk, suggestions, setting];
var observation36 = {
  podChanges: [-2, -1, 0, 1, 2, 4],
  fields: GROUPS.flatMap(({ fields }) => fields),
  write(view2, violationPrice, observation) {
    let at = 0;
    for (let index = 0; index < GROUPS.length; index++) {
      const group = GROUPS[index];
      group.write(view2, observation, at, violationPrice);
      at += group.fields.length;
    }
  }
};
function centred(loadPerPod, most2) {
  return clamp(loadPerPod - CENTRE, -1, most2) * 2;
}
function lnChange(estimates, steps) {
  return Math.log(Math.max(estimates.load, LEAST_LOAD) / Math.max(estimates.loadAgo(steps), LEAST_LOAD));
}
function ruleFor(load) {
  return podsFor(load, RULE_TARGET, RULE_SAFETY);
}
function suggestion(wanted, pods) {
  return clamp((wanted - pods) / Math.sqrt(pods + 1), -3, 3);
}

// agent/sim/scale/observation.ts
var OBSERVATION_SPECS = {
  "scale/12": observation12,
  "scale/36": observation36
};
var OBSERVATION_SPEC_NAMES = Object.keys(OBSERVATION_SPECS);

// agent/sim/scale/pace.ts
var PaceSettings = strictObject({
  scaleUpCooldownSeconds: number2().min(0).max(86400).default(30).describe("Between two scale-ups."),
  scaleDownCooldownSeconds: number2().min(0).max(86400).default(180).describe("Between any scaling and a scale-down."),
  podsUpPerMinute: number2().int().min(1).max(1e3).default(5).describe("Pods that may be added in a minute."),
  podsDownPerMinute: number2().int().min(1).max(1e3).default(3).describe("Pods that may go in a minute."),
  netUtilisation: number2().gt(0).max(1).nullable().default(0.9).describe("CPU from which the HPA that was taken over scales up by itself; null: it does not.")
});
var MINUTE_STEPS2 = 60 / CONTROL_STEP_SECONDS;
var Pace = class {
  #settings;
  #lastUpSeconds = Number.NEGATIVE_INFINITY;
  #lastDownSeconds = Number.NEGATIVE_INFINITY;
  #changes = [];
  constructor(settings) {
    this.#settings = settings;
  }
  reset() {
    this.#lastUpSeconds = this.#lastDownSeconds = Number.NEGATIVE_INFINITY;
    this.#changes.length = 0;
  }
  /** @returns the nearest number of pods to `wanted` that may be had now */
  clamp(wanted, pods, nowSeconds) {
    const { scaleUpCooldownSeconds, scaleDownCooldownSeconds, podsUpPerMinute, podsDownPerMinute } = this.#settings;
    if (wanted > pods) {
      if (nowSeconds - this.#lastUpSeconds < scaleUpCooldownSeconds) return pods;
      return pods + clamp(podsUpPerMinute - this.#inLastMinute(nowSeconds, 1), 0, wanted - pods);
    }
    const lastSeconds = Math.max(this.#lastUpSeconds, this.#lastDownSeconds);
    if (wanted === pods || nowSeconds - lastSeconds < scaleDownCooldownSeconds) return pods;
    return pods - clamp(podsDownPerMinute - this.#inLastMinute(nowSeconds, -1), 0, pods - wanted);
  }
  /** A change that was made. */
  note(change, nowSeconds) {
    if (change === 0) return;
    if (change > 0) this.#lastUpSeconds = nowSeconds;
    else this.#lastDownSeconds = nowSeconds;
    this.#changes.push({ seconds: nowSeconds, change });
    if (this.#changes.length > MINUTE_STEPS2) this.#changes.shift();
  }
  /** Pods that were added, or with −1 taken away. */
  #inLastMinute(nowSeconds, direction) {
    let sum2 = 0;
    for (const { seconds, change } of this.#changes) {
      if (nowSeconds - seconds < 60 && change * direction > 0) sum2 += change * direction;
    }
    return sum2;
  }
};

// agent/sim/scale/seedReward.ts
var RESOURCE_TARGET = 0.85;
var seedReward = {
  terms: ["latency", "resource", "thrashing", "stability"],
  weights: Float32Array.of(0.4, 0.3, 0.2, 0.1),
  evaluate({ model: { service }, change, isReversal }, terms) {
    const { latencyP95Seconds, errorShare, utilisation, memory } = service;
    const excess = Math.max(0, latencyP95Seconds / LATENCY_OBJECTIVE_SECONDS - 1);
    const waste = Math.max(0, 1 - utilisation / RESOURCE_TARGET);
    const isStable = change === 0 && excess === 0 && errorShare === 0 && utilisation < RESOURCE_TARGET;
    terms[0] = -Math.min(1, excess + errorShare);
    terms[1] = -Math.max(waste, overTarget(utilisation), overTarget(memory));
    terms[2] = isReversal ? -1 : 0;
    terms[3] = isStable ? 1 : 0;
  }
};
function overTarget(share6) {
  return clamp((share6 - RESOURCE_TARGET) / (1 - RESOURCE_TARGET), 0, 1);
}

// agent/sim/scale/reward.ts
var SCALE_REWARDS = { "slo-cost": sloCostReward, seed: seedReward };
function rewardFor({
  reward,
  spec
}) {
  return SCALE_REWARDS[reward ?? (spec === "scale/12" ? "seed" : "slo-cost")];
}
var SCALE_REWARD_NAMES = Object.keys(SCALE_REWARDS);

// agent/sim/scale/tables.ts
var HALF_NORMALS = 2048;
var NORMALS = standardNormals();
function tabledNormal(random) {
  return NORMALS[random.uniform() * NORMALS.length | 0];
}
var LN_CELLS = 1024;
var LN = Float64Array.from({ length: LN_CELLS + 1 }, (_, cell) => Math.log(cell / LN_CELLS));
function tabledLn(share6) {
  const position = share6 * LN_CELLS;
  const cell = position | 0;
  if (cell === 0) return Number.NEGATIVE_INFINITY;
  const before = LN[cell];
  return before + (LN[cell + 1] - before) * (position - cell);
}
var EXP_LEAST = -9;
var EXP_CELLS_PER_UNIT = 128;
var EXP = Float64Array.from(
  { length: -EXP_LEAST * EXP_CELLS_PER_UNIT + 2 },
  (_, cell) => Math.exp(EXP_LEAST + cell / EXP_CELLS_PER_UNIT)
);
function tabledExp(exponent) {
  if (exponent < EXP_LEAST) return 0;
  const position = (exponent - EXP_LEAST) * EXP_CELLS_PER_UNIT;
  const cell = position | 0;
  const before = EXP[cell];
  return before + (EXP[cell + 1] - before) * (position - cell);
}
function standardNormals() {
  const random = new Random(1);
  const draws = Float64Array.from({ length: HALF_NORMALS }, () => random.gaussian());
  const scale = Math.sqrt(HALF_NORMALS / draws.reduce((sum2, draw2) => sum2 + draw2 * draw2, 0));
  return Float32Array.from({ length: 2 * HALF_NORMALS }, (_, index) => {
    const draw2 = draws[index >> 1] * scale;
    return index % 2 === 0 ? draw2 : -draw2;
  });
}

// agent/sim/scale/metrics.ts
var KEPT = 32;
var KEPT_MASK = KEPT - 1;
var LONG_WINDOW_STEPS = 20;
var CPU = 0;
var ARRIVAL_RATE = 1;
var SERVED_RATE = 2;
var READY_PODS = 3;
var VIOLATED_SHARE = 4;
var ERROR_SHARE = 5;
var BACKLOG = 6;
var LATENCY = 7;
var MEMORY = 8;
var METRICS = 9;
var Metrics = class {
  #domain;
  #scrapes = 0;
  /** A ring of scrapes, one per control step, METRICS numbers each. */
  #ring = new Float64Array(KEPT * METRICS);
  /** Means over the window that is visible by now. */
  #means = new Float64Array(METRICS);
  constructor(domain) {
    this.#domain = domain;
  }
  /** Utilisation of the ready pods, 0…1. */
  get cpu() {
    return this.#means[CPU];
  }
  /** Requests per second that arrive. */
  get arrivalRate() {
    return this.#means[ARRIVAL_RATE];
  }
  /** Requests per second that are answered. */
  get servedRate() {
    return this.#means[SERVED_RATE];
  }
  get readyPods() {
    return this.#means[READY_PODS];
  }
  /** Of the requests, those that failed or took longer than the objective. */
  get violatedShare() {
    return this.#means[VIOLATED_SHARE];
  }
  get errorShare() {
    return this.#means[ERROR_SHARE];
  }
  /** Requests that wait. */
  get backlog() {
    return this.#means[BACKLOG];
  }
  get latencyP95Seconds() {
    return this.#means[LATENCY];
  }
  /** Share of the limit. */
  get memory() {
    return this.#means[MEMORY];
  }
  /** Over the five minutes that end with the last visible scrape. */
  get cpuMean() {
    return this.#longMean(CPU);
  }
  get cpuMax() {
    return this.#longMax(CPU);
  }
  get memoryMean() {
    return this.#longMean(MEMORY);
  }
  get memoryMax() {
    return this.#longMax(MEMORY);
  }
  reset(domain) {
    this.#domain = domain;
    this.#scrapes = 0;
  }
  /** Records the last control step of the service, and reads what is visible of it by now. */
  scrape(service, random) {
    this.#record(service, random);
    if (this.#scrapes === 0) for (let scrape = 1; scrape < KEPT; scrape++) this.#copyFirstTo(scrape);
    this.#scrapes++;
    this.#average();
  }
  #record(service, random) {
    const { metricNoise } = this.#domain;
    const ring = this.#ring;
    const at = (this.#scrapes & KEPT_MASK) * METRICS;
    const cpu = service.utilisation * (1 + metricNoise * tabledNormal(random));
    const rate = service.arrivals / CONTROL_STEP_SECONDS * (1 + metricNoise * tabledNormal(random));
    ring[at + CPU] = clamp(cpu, 0, 1);
    ring[at + ARRIVAL_RATE] = Math.max(0, rate);
    ring[at + SERVED_RATE] = service.served / CONTROL_STEP_SECONDS;
    ring[at + READY_PODS] = service.readyPods;
    ring[at + VIOLATED_SHARE] = service.violatedShare;
    ring[at + ERROR_SHARE] = service.errorShare;
    ring[at + BACKLOG] = service.meanBacklog;
    ring[at + LATENCY] = service.latencyP95Seconds;
    ring[at + MEMORY] = service.memory;
  }
  #copyFirstTo(scrape) {
    this.#ring.copyWithin(scrape * METRICS, 0, METRICS);
  }
  #average() {
    const ring = this.#ring;
    const means = this.#means;
    const { metricWindowSteps } = this.#domain;
    means.fill(0);
    for (let ago = 0; ago < metricWindowSteps; ago++) {
      const at = this.#visible(ago);
      for (let metric = 0; metric < METRICS; metric++) {
        means[metric] = means[metric] + ring[at + metric] / metricWindowSteps;
      }
    }
  }
  #longMean(metric) {
    let sum2 = 0;
    for (let ago = 0; ago < LONG_WINDOW_STEPS; ago++)
      sum2 += this.#ring[this.#visible(ago) + metric];
    return sum2 / LONG_WINDOW_STEPS;
  }
  #longMax(metric) {
    let most2 = 0;
    for (let ago = 0; ago < LONG_WINDOW_STEPS; ago++) {
      const value = this.#ring[this.#visible(ago) + metric];
      if (value > most2) most2 = value;
    }
    return most2;
  }
  /** Where in the ring the scrape begins that is so many steps before the last visible one. */
  #visible(ago) {
    return (this.#scrapes - 1 - this.#domain.metricLagSteps - ago & KEPT_MASK) * METRICS;
  }
};

// agent/sim/scale/podPool.ts
var STARTUP_WEIGHT = 0.05;
var LONG_AGO_SECONDS = -3600;
var PodPool = class {
  /** All that are wanted and paid for. */
  count = 0;
  /** Those that serve. */
  ready = 0;
  /** When they were wanted up and down last. */
  lastUpSeconds = 0;
  lastDownSeconds = 0;
  /** What a watcher has seen: a running mean over pods that became ready. */
  startupEstimateSeconds = 0;
  /** When the next of those that start becomes ready; infinite where none does. */
  nextReadySeconds = Number.POSITIVE_INFINITY;
  #startupSeconds = 0;
  /**
   * When each becomes ready: first the ready ones in the order in which they became so, then those that start in the
   * order in which they were wanted. The last is the first to go: that it will be ready sooner than others is nothing
   * that anybody knows.
   */
  #readyAt = new Float64Array(MOST_REPLICAS2);
  #startups = new Float64Array(MOST_REPLICAS2);
  /** `count` pods that have been ready for long. */
  reset(count3, startupSeconds) {
    this.count = this.ready = count3;
    this.lastUpSeconds = this.lastDownSeconds = LONG_AGO_SECONDS;
    this.nextReadySeconds = Number.POSITIVE_INFINITY;
    this.#startupSeconds = this.startupEstimateSeconds = startupSeconds;
    this.#readyAt.fill(LONG_AGO_SECONDS, 0, count3);
  }
  /** Removes pods that still start before ready ones, and the newest before older ones, as a ReplicaSet does. */
  scaleTo(count3, nowSeconds, random) {
    if (count3 > this.count) this.lastUpSeconds = nowSeconds;
    if (count3 < this.count) this.lastDownSeconds = nowSeconds;
    for (let index = this.count; index < count3; index++) {
      const startup = this.#startupSeconds * (0.75 + 0.5 * random.uniform());
      this.#startups[index] = startup;
      this.#readyAt[index] = nowSeconds + startup;
    }
    this.count = count3;
    this.ready = Math.min(this.ready, count3);
    this.#findNextReady();
  }
  /** Lets time pass. */
  advanceTo(nowSeconds) {
    while (this.nextReadySeconds <= nowSeconds) {
      this.#makeReady(this.#readyAt.indexOf(this.nextReadySeconds, this.ready));
      this.#findNextReady();
    }
  }
  /** Those that have been ready for a scrape, so that metrics of theirs exist. */
  measured(nowSeconds) {
    let count3 = this.ready;
    while (count3 > 0 && this.#readyAt[count3 - 1] > nowSeconds - CONTROL_STEP_SECONDS) count3--;
    return count3;
  }
  /** Moves a pod that starts behind those that are ready. */
  #makeReady(index) {
    const readyAt = this.#readyAt[index];
    const startup = this.#startups[index];
    this.#readyAt.copyWithin(this.ready + 1, this.ready, index);
    this.#startups.copyWithin(this.ready + 1, this.ready, index);
    this.#readyAt[this.ready] = readyAt;
    this.#startups[this.ready] = startup;
    this.ready++;
    this.startupEstimateSeconds += STARTUP_WEIGHT * (startup - this.startupEstimateSeconds);
  }
  #findNextReady() {
    let next = Number.POSITIVE_INFINITY;
    for (let index = this.ready; index < this.count; index++) {
      const readyAt = this.#readyAt[index];
      if (readyAt < next) next = readyAt;
    }
    this.nextReadySeconds = next;
  }
};

// agent/sim/scale/latencyTail.ts
var VARIABILITY = 1.5;
var MOST_UTILISATION = 0.99;
var LONG_SERVICE = 2;
var LN_5_PERCENT = Math.log(0.05);
var LatencyTail = class {
  /** Requests per second that all pods together can serve. */
  capacity = 0;
  #waitExponent = 0;
  /** c/(v·s). */
  #drainRate = 0;
  #slackSeconds = 0;
  #serviceSeconds = 0;
  /** @param readyPods ≥ 1, fractions for a mean. @param podRate requests per second that one pod can serve now */
  set(domain, readyPods, podRate) {
    const pooledPods = 1 + domain.balancing * (readyPods - 1);
    this.capacity = readyPods * podRate;
    this.#waitExponent = Math.sqrt(2 * (pooledPods * domain.concurrency + 1)) - 1;
    this.#drainRate = pooledPods * podRate / VARIABILITY;
    this.#serviceSeconds = LONG_SERVICE * domain.serviceSeconds;
    this.#slackSeconds = domain.latencyObjectiveSeconds - this.#serviceSeconds;
  }
  /** The share of requests that take longer than the objective. @param offered requests per second */
  lateShare(offered, backlog) {
    const slackSeconds = this.#slackSeconds - backlog / this.capacity;
    if (slackSeconds <= 0) return 1;
    const utilisation = Math.min(MOST_UTILISATION, offered / this.capacity);
    const exponent = this.#waitExponent * tabledLn(utilisation) - this.#drainRate * (1 - utilisation) * slackSeconds;
    return tabledExp(exponent);
  }
  /** 95th percentile of the time that requests take. */
  p95Seconds(offered, backlog) {
    const utilisation = Math.min(MOST_UTILISATION, offered / this.capacity);
    const excess = this.#waitExponent * tabledLn(utilisation) - LN_5_PERCENT;
    const randomWait = Math.max(0, excess / (this.#drainRate * (1 - utilisation)));
    return this.#serviceSeconds + backlog / this.capacity + randomWait;
  }
};

// agent/sim/scale/service.ts
var DRIFT_MEMORY = 0.95;
var DRIFT_INNOVATION = Math.sqrt(1 - DRIFT_MEMORY * DRIFT_MEMORY);
var QUEUE_MEMORY = 0.2;
var MEMORY_RISE = 1 - Math.exp(-CONTROL_STEP_SECONDS / 30);
var MEMORY_FALL = 1 - Math.exp(-CONTROL_STEP_SECONDS / 300);
var ALLOWED_VIOLATIONS = 0.05;
var Service = class {
  arrivals = 0;
  served = 0;
  /** Failed, because the queue before them was longer than the time-out. */
  timedOut = 0;
  /** Requests that failed or took longer than the objective, counted as they arrive: at most the arrivals. */
  violated = 0;
  /** Of those that arrived. */
  violatedShare = 0;
  errorShare = 0;
  secondsOverObjective = 0;
  readyPods = 0;
  /** Share of capacity in use; never above 1, so that it hides how great an overload is. */
  utilisation = 0;
  meanBacklog = 0;
  latencyP95Seconds = 0;
  /** Of the mean pod, as a share of its limit. */
  memory = 0;
  /** Arrivals in pods at full utilisation, by the capacity without drift. */
  load = 0;
  /** Requests that wait, at the end of the step. */
  backlog = 0;
  #domain;
  #drift = 0;
  #tail = new LatencyTail();
  constructor(domain) {
    this.#domain = domain;
  }
  reset(domain) {
    this.#domain = domain;
    this.backlog = this.#drift = 0;
    this.memory = domain.memoryBase;
  }
  /** One control step. @param rates requests per second, by second */
  advance(rates, fromSecond, pods, random) {
    const domain = this.#domain;
    const tail2 = this.#tail;
    this.#drift = DRIFT_MEMORY * this.#drift + DRIFT_INNOVATION * domain.capacityDrift * tabledNormal(random);
    const podRate = podCapacity(domain) * Math.exp(this.#drift);
    const endSecond = fromSecond + CONTROL_STEP_SECONDS;
    let backlog = this.backlog;
    let arrivals = 0;
    let served = 0;
    let timedOut = 0;
    let violated = 0;
    let over2 = 0;
    let readySum = 0;
    let utilisationSum = 0;
    let backlogSum = 0;
    let nextReady = pods.nextReadySeconds;
    tail2.set(domain, pods.ready, podRate);
    for (let second = fromSecond; second < endSecond; second++) {
      if (nextReady <= second) {
        pods.advanceTo(second);
        nextReady = pods.nextReadySeconds;
        tail2.set(domain, pods.ready, podRate);
      }
      const { capacity } = tail2;
      const rate = rates[second];
      const arrived = Math.max(0, rate + Math.sqrt(rate) * tabledNormal(random));
      const lateBefore = tail2.lateShare(rate, backlog);
      const present = backlog + arrived;
      const done = Math.min(present, capacity);
      const dropped = Math.max(0, present - done - capacity * domain.timeoutSeconds);
      const isQueued = backlog > 0 || present > done;
      backlog = present - done - dropped;
      const late = isQueued ? (lateBefore + tail2.lateShare(rate, backlog)) / 2 : lateBefore;
      arrivals += arrived;
      served += done;
      timedOut += dropped;
      violated += Math.min(arrived, arrived * late + dropped);
      if (late > ALLOWED_VIOLATIONS || dropped > 0) over2++;
      readySum += pods.ready;
      utilisationSum += done / capacity;
      backlogSum += backlog;
    }
    this.arrivals = arrivals;
    this.served = served;
    this.timedOut = timedOut;
    this.violated = violated;
    this.secondsOverObjective = over2;
    this.backlog = backlog;
    this.readyPods = readySum / CONTROL_STEP_SECONDS;
    this.utilisation = utilisationSum / CONTROL_STEP_SECONDS;
    this.meanBacklog = backlogSum / CONTROL_STEP_SECONDS;
    this.#summarise(podRate);
  }
  #summarise(podRate) {
    const domain = this.#domain;
    const tail2 = this.#tail;
    const rate = this.arrivals / CONTROL_STEP_SECONDS;
    this.load = rate / podCapacity(domain);
    this.violatedShare = this.arrivals > 0 ? this.violated / this.arrivals : 0;
    this.errorShare = this.arrivals > 0 ? Math.min(1, this.timedOut / this.arrivals) : 0;
    tail2.set(domain, this.readyPods, podRate);
    this.latencyP95Seconds = Math.min(domain.timeoutSeconds, tail2.p95Seconds(rate, this.meanBacklog));
    const queue = Math.min(1, this.meanBacklog / (tail2.capacity * domain.timeoutSeconds));
    const wanted = domain.memoryBase + domain.memoryPerLoad * this.utilisation + QUEUE_MEMORY * queue;
    this.memory += (wanted > this.memory ? MEMORY_RISE : MEMORY_FALL) * (wanted - this.memory);
  }
};

// agent/sim/scale/scaleModel.ts
var WARM_UP_STEPS = 8;
var ScaleModel = class {
  domain = emptyDomain();
  pods = new PodPool();
  service = new Service(this.domain);
  /** What a controller may know: metrics, and what follows from them. The service itself is the truth behind them. */
  metrics = new Metrics(this.domain);
  estimates = new Estimates(this.domain);
  minReplicas;
  maxReplicas;
  /** Since the beginning, warm-up included. */
  seconds = 0;
  #rates = new Float32Array(0);
  #weather = new Random(0);
  #startups = new Random(0);
  /** Requests per second, by second from `seconds` = 0: nobody but bounds may know what is to come. */
  get rates() {
    return this.#rates;
  }
  constructor(minReplicas, maxReplicas) {
    this.minReplicas = minReplicas;
    this.maxReplicas = maxReplicas;
  }
  /**
   * Begins anew with the domain that was drawn, and as many pods as the first second needs.
   *
   * @param rates requests per second, by second, warm-up included
   * @param random from which two generators are seeded. Start-ups have one of their own, so that arrivals, drift and
   *   noise are the same for all policies and these can be compared in pairs.
   */
  begin(rates, random) {
    const { domain } = this;
    this.#rates = rates;
    this.#weather = new Random(random.below(2 ** 32));
    this.#startups = new Random(random.below(2 ** 32));
    const load = rates[0] / podCapacity(domain);
    this.pods.reset(this.bounded(Math.ceil(load / domain.startUtilisation)), domain.startupSeconds);
    this.service.reset(domain);
    this.metrics.reset(domain);
    this.estimates.reset(domain, load);
    this.seconds = 0;
    for (let step = 0; step < WARM_UP_STEPS; step++) this.advance();
  }
  /** Wants so many pods, within the bounds. @returns by how many their number changed */
  scaleTo(wanted) {
    const before = this.pods.count;
    const count3 = this.bounded(wanted);
    if (count3 !== before) this.pods.scaleTo(count3, this.seconds, this.#startups);
    return count3 - before;
  }
  /** Lets one control step pass. */
  advance() {
    this.service.advance(this.#rates, this.seconds, this.pods, this.#weather);
    this.seconds += CONTROL_STEP_SECONDS;
    this.pods.advanceTo(this.seconds);
    this.metrics.scrape(this.service, this.#weather);
    this.estimates.update(this.metrics, this.pods.startupEstimateSeconds);
  }
  /** A whole number of pods within the bounds. */
  bounded(pods) {
    return clamp(Math.round(pods), this.minReplicas, this.maxReplicas);
  }
};

// agent/protocol/errors.ts
var ERROR_CODES = [
  "kubeconfig-missing",
  "kubeconfig-invalid",
  "context-unknown",
  "api-unreachable",
  "credentials-expired",
  "permission-denied",
  "prometheus-missing",
  "prometheus-malformed",
  "prometheus-unreachable",
  "config-invalid",
  "journal-locked",
  "journal-corrupt",
  "port-in-use",
  "message-malformed",
  "token-wrong",
  "origin-wrong",
  "not-connected",
  "not-found",
  "conflict",
  "proposal-expired",
  "proposal-decided",
  "proposal-outdated",
  "guard-denied",
  "confirmation-needed",
  "capability-missing",
  "untrusted-workspace",
  "agent-not-running",
  "model-invalid",
  "model-incompatible",
  "training-failed",
  "training-locked",
  "checkpoint-invalid",
  "disk-full",
  "engine-unavailable",
  "usage",
  "internal"
];
var CoxswainError = class extends Error {
  code;
  remedy;
  constructor(code, message2, remedy, options) {
    super(message2, options);
    this.name = "CoxswainError";
    this.code = code;
    this.remedy = remedy;
  }
  toInfo() {
    return { code: this.code, message: this.message, remedy: this.remedy };
  }
};
function isCoxswainError(error2) {
  return error2 instanceof CoxswainError;
}
function fromErrorInfo({ code, message: message2, remedy }) {
  return new CoxswainError(code, message2, remedy);
}
function toErrorInfo(error2) {
  if (isCoxswainError(error2)) return error2.toInfo();
  const message2 = error2 instanceof Error ? error2.message : String(error2);
  return { code: "internal", message: message2, remedy: 'Run "Coxswain: Diagnose" and report this with its output.' };
}

// agent/protocol/errorInfo.ts
var ErrorInfoSchema = object({
  code: _enum(ERROR_CODES),
  message: string2(),
  remedy: string2()
});

// agent/protocol/model.ts
var TaskName = _enum(["heal", "scale", "canary"]);
var Algorithm = _enum(["dqn", "ppo", "hybrid"]);
var Interval = { mean: number2(), low: number2(), high: number2() };
var ModelVersion = object({
  task: TaskName,
  /** Counts from 1 within the task. */
  version: number2().int(),
  algorithm: string2(),
  /** Contract of its observation, for example `heal/9`. */
  observationSpec: string2(),
  /** Wall time. */
  createdAtMs: number2(),
  codeVersion: string2(),
  seed: number2(),
  steps: number2(),
  /** `task/version` that it was fine-tuned from. */
  parent: string2().nullable(),
  /** Mean return of its evaluation episodes with a 95 % interval, beside its baselines. */
  evaluation: object({
    episodes: number2().int(),
    ...Interval,
    baselines: array(object({ name: string2(), ...Interval }))
  }).nullable(),
  /**
   * `active` steers; `previous` is what a roll back returns to; `shipped` comes with Coxswain and is copied into the
   * store when it is promoted; a damaged file can be seen, not used.
   */
  state: _enum(["active", "previous", "stored", "shipped", "damaged"]),
  /** Name of the shipped policy that it is, or is a copy of, for example `heal-54-ppo`: its model card goes by it. */
  shippedAs: string2().nullable(),
  /** Why a damaged one cannot be used. */
  problem: string2().nullable()
});
var DefaultSteering = object({
  steers: string2(),
  /** Why, with the figures of the evaluation, for people. */
  reason: string2()
});

// agent/protocol/training.ts
var TrainingPoint = object({
  steps: number2().int(),
  /** Wall seconds since the start. */
  seconds: number2(),
  metrics: record(string2(), number2())
});
var TrainingEvent = discriminatedUnion("kind", [
  object({
    kind: literal("started"),
    task: TaskName,
    algorithm: Algorithm,
    totalSteps: number2().int(),
    seed: number2().int(),
    /** The run's folder: config, logs, checkpoints. */
    folder: string2()
  }),
  object({
    kind: literal("progress"),
    point: TrainingPoint,
    stepsPerSecond: number2(),
    /** Null until it can be told. */
    etaSeconds: number2().nullable()
  }),
  /** The learned policy is being compared with its baselines on held-out seeds. */
  object({ kind: literal("evaluating"), done: number2().int(), total: number2().int() }),
  object({
    kind: literal("finished"),
    /** In the model store; null where nothing worth keeping was learned before it was cancelled. */
    version: number2().int().nullable(),
    cancelled: boolean2(),
    text: string2()
  }),
  object({ kind: literal("failed"), error: ErrorInfoSchema })
]);
var Training = object({
  id: string2(),
  task: TaskName,
  algorithm: Algorithm,
  totalSteps: number2().int(),
  seed: number2().int(),
  folder: string2().nullable(),
  /** Wall time. */
  startedAtMs: number2(),
  /** At most 400, thinned out evenly. */
  points: array(TrainingPoint),
  stepsPerSecond: number2().nullable(),
  etaSeconds: number2().nullable(),
  state: discriminatedUnion("kind", [
    object({ kind: literal("starting") }),
    object({ kind: literal("training") }),
    object({ kind: literal("evaluating"), done: number2().int(), total: number2().int() }),
    object({ kind: literal("cancelling") }),
    object({ kind: literal("finished"), version: number2().int().nullable(), text: string2() }),
    object({ kind: literal("cancelled"), version: number2().int().nullable(), text: string2() }),
    object({ kind: literal("failed"), error: ErrorInfoSchema })
  ])
});
var TrainingStatus = Training.omit({ points: true });

// agent/sim/envOptions.ts
function parseEnvOptions(env, schema, options) {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message: message2 }) => path.length === 0 ? message2 : `${path.join(".")}: ${message2}`
  );
  throw new CoxswainError(
    "config-invalid",
    `The options of the env ${env} are not valid: ${problems.join("; ")}`,
    "Correct them; the options and their ranges are in docs/learning.md."
  );
}

// agent/sim/scale/loadFamilies.ts
var TURN = 2 * Math.PI;
var constant = (points, random) => {
  points.fill(between(random, 0.2, 1));
};
var diurnal = (points, random) => {
  const period = 80 * Math.exp(3.2 * random.uniform());
  const phase = TURN * random.uniform();
  for (let step = 0; step < points.length; step++) {
    points[step] = 0.54 + 0.46 * Math.sin(TURN * step / period + phase);
  }
};
var ramp = (points, random) => {
  let level = between(random, 0.1, 0.6);
  let step = 0;
  while (step < points.length) {
    const next = between(random, 0.05, 1);
    const rising = wholeBetween(random, 10, 110);
    for (let i = 0; i < rising && step < points.length; i++) {
      points[step++] = level + (next - level) * i / rising;
    }
    level = next;
    step = hold(points, step, wholeBetween(random, 10, 70), level);
  }
};
var spike = (points, random) => {
  points.fill(between(random, 0.07, 0.42));
  for (let peaks = wholeBetween(random, 2, 8); peaks > 0; peaks--) {
    const centre = random.below(points.length);
    const width = between(random, 2, 17);
    const height = between(random, 0.3, 0.9);
    for (let step = 0; step < points.length; step++) {
      const distance2 = (step - centre) / width;
      if (Math.abs(distance2) < 4) add(points, step, height * Math.exp(-distance2 * distance2));
    }
  }
};
var flashCrowd = (points, random) => {
  points.fill(between(random, 0.06, 0.36));
  for (let crowds = wholeBetween(random, 1, 4); crowds > 0; crowds--) {
    const arrival = random.below(points.length);
    const rising = between(random, 1, 13);
    const falling = between(random, 15, 95);
    const height = between(random, 0.3, 1);
    for (let step = 0; step < points.length; step++) {
      const since2 = step - arrival;
      add(points, step, height * Math.exp(since2 < 0 ? 2 * since2 / rising : -since2 / falling));
    }
  }
};
var onOff = (points, random) => {
  const low = between(random, 0.05, 0.45);
  const high = low + between(random, 0.1, 0.7);
  const meanHigh = between(random, 8, 68);
  const meanLow = between(random, 8, 108);
  let isHigh = random.uniform() < 0.5;
  let step = 0;
  while (step < points.length) {
    const steps = 1 + Math.floor(random.exponential(isHigh ? meanHigh : meanLow));
    step = hold(points, step, steps, isHigh ? high : low);
    isHigh = !isHigh;
  }
};
var noisy = (points, random) => {
  const level = between(random, 0.2, 0.7);
  const deviation = between(random, 0.03, 0.15);
  const memory = between(random, 0.6, 0.98);
  let noise = 0;
  for (let step = 0; step < points.length; step++) {
    noise = memory * noise + deviation * random.gaussian();
    points[step] = Math.max(0.02, level + noise);
  }
};
var heavyTailed = (points, random) => {
  const sigma = between(random, 0.2, 0.8);
  const memory = between(random, 0, 0.9);
  const held2 = wholeBetween(random, 1, 9);
  const joined = held2 > 2 && random.uniform() < 0.7;
  const base = between(random, 0.05, 0.35);
  const period = 60 * Math.exp(3 * random.uniform());
  const cycle = between(random, 0, 0.8);
  let exponent = 0;
  let before = 0;
  for (let start = 0; start < points.length; start += held2) {
    exponent = memory * exponent + Math.sqrt(1 - memory * memory) * sigma * random.gaussian();
    const level = base * Math.exp(exponent) * (1 + cycle * Math.sin(TURN * start / period));
    const from = start === 0 || !joined ? level : before;
    for (let i = 0; i < held2 && start + i < points.length; i++) {
      points[start + i] = from + (level - from) * i / held2;
    }
    before = level;
  }
};
var recurringBurst = (points, random) => {
  const base = between(random, 0.05, 0.35);
  const gap = 10 * Math.exp(3.3 * random.uniform());
  const height = between(random, 0.2, 1);
  const burst = between(random, 4, 24);
  let phase = random.uniform() * gap;
  for (let step = 0; step < points.length; step++) {
    phase = (phase + 1) % (gap + burst);
    points[step] = base + (phase > gap ? height : 0);
  }
};
var FAMILIES = {
  constant,
  diurnal,
  ramp,
  spike,
  "flash-crowd": flashCrowd,
  "on-off": onOff,
  noisy,
  "heavy-tailed": heavyTailed,
  "recurring-burst": recurringBurst
};
var LOAD_FAMILIES = Object.keys(FAMILIES);
var LEAST = 0.01;
function drawLoad(family, points, random) {
  FAMILIES[family](points, random);
  const noise = 0.05 * random.uniform();
  for (let step = 0; step < points.length; step++) {
    const value = points[step] * (1 + noise * random.gaussian());
    points[step] = value < LEAST ? LEAST : value > 1 ? 1 : value;
  }
}
function between(random, least2, most2) {
  return least2 + (most2 - least2) * random.uniform();
}
function wholeBetween(random, least2, end) {
  return least2 + random.below(end - least2);
}
function hold(points, from, steps, level) {
  const end = Math.min(points.length, from + steps);
  points.fill(level, from, end);
  return end;
}
function add(points, step, height) {
  points[step] = points[step] + height;
}

// agent/sim/scale/scaleOptions.ts
var replicas = number2().int().min(1).max(MOST_REPLICAS2);
var ScaleOptions = strictObject({
  spec: _enum(OBSERVATION_SPEC_NAMES).default("scale/36").describe("Contract of the observation; it brings its set of actions."),
  reward: _enum(SCALE_REWARD_NAMES).optional().describe("What is learned from; by default seed for scale/12 and slo-cost for scale/36."),
  families: array(_enum(LOAD_FAMILIES)).min(1).default(LOAD_FAMILIES).describe("Kinds of load to draw from; by default all."),
  trace: strictObject({
    values: array(number2().min(0)).min(2).refine((values) => values.some((value) => value > 0), "expected a value above 0"),
    intervalSeconds: number2().min(1).max(86400)
  }).optional().describe("A recorded load instead of the families; its peak is scaled to the deployment."),
  violationPrice: number2().min(0.1).max(1e4).optional().describe("W, in pods per pod of violated load; by default drawn from 2 to 100 for each episode."),
  minReplicas: replicas.default(2).describe("The fewest pods."),
  maxReplicas: replicas.default(30).describe("The most pods."),
  episodeSteps: number2().int().min(10).max(1e5).default(300).describe("Length of an episode in control steps of 15 s."),
  weights: record(string2(), number2().min(0).max(100)).default({}).describe("Magnitudes of the reward\u2019s terms, by name, in place of its own."),
  pace: _enum(["free", "guard", "either"]).default("free").describe(
    "Whether steps are kept to the pace of the live guard, with the HPA below as a net; either: in half of the episodes."
  ),
  guard: PaceSettings.prefault({}).describe("That pace."),
  domain: FixedDomain.default({}).describe(
    "What is the same in every episode instead of being drawn, by the names of DOMAIN_RANGES."
  )
}).superRefine(({ minReplicas, maxReplicas, weights, ...options }, context) => {
  const problem = (path, message2) => context.addIssue({ code: "custom", path, message: message2 });
  if (minReplicas >= maxReplicas) problem(["minReplicas"], "expected less than maxReplicas");
  const { terms } = rewardFor(options);
  for (const name of Object.keys(weights)) {
    if (!terms.includes(name))
      problem(["weights", name], `no term of this reward, which has ${terms.join(", ")}`);
  }
});
function parseScaleOptions(options) {
  return parseEnvOptions("scale", ScaleOptions, options);
}

// agent/sim/scale/workload.ts
var Workload = class {
  /** Requests per second. */
  rates;
  /** A curve of a family, one point per control step. */
  #points;
  constructor(steps) {
    this.rates = new Float32Array(steps * CONTROL_STEP_SECONDS);
    this.#points = new Float32Array(steps + 1);
  }
  drawFamily(family, peakRate, random) {
    this.draw((points) => drawLoad(family, points, random), peakRate, random);
  }
  draw(load, peakRate, random) {
    load(this.#points, random);
    this.#interpolate(this.#points, CONTROL_STEP_SECONDS, 0, peakRate);
  }
  /** A part of the trace from a random time on; a trace that is shorter than the episode starts again at its end. */
  drawTrace({ values, intervalSeconds }, peakRate, random) {
    const spareSeconds = Math.max(0, (values.length - 1) * intervalSeconds - this.rates.length);
    this.#interpolate(values, intervalSeconds, random.uniform() * spareSeconds, peakRate);
  }
  /** Mean over the seconds from `from` on. */
  meanRate(from) {
    let sum2 = 0;
    for (let second = from; second < this.rates.length; second++) sum2 += this.rates[second];
    return sum2 / (this.rates.length - from);
  }
  #interpolate(values, intervalSeconds, offsetSeconds, peakRate) {
    const { rates } = this;
    for (let second = 0; second < rates.length; second++) {
      const position = (offsetSeconds + second) / intervalSeconds;
      const whole3 = Math.floor(position);
      const before = values[whole3 % values.length];
      const after = values[(whole3 + 1) % values.length];
      rates[second] = (before + (after - before) * (position - whole3)) * peakRate;
    }
  }
};
var MOST_OVER_PERCENTILE = 1.3;
function toTrace(recorded, intervalSeconds) {
  const sorted = Float64Array.from(recorded).sort();
  const most2 = sorted[sorted.length - 1];
  const high = sorted[Math.ceil(0.999 * (sorted.length - 1))];
  const peak = Math.min(most2, MOST_OVER_PERCENTILE * high) || most2;
  return { values: Float32Array.from(recorded, (rate) => Math.min(1, rate / peak)), intervalSeconds };
}

// agent/sim/scale/scaleEnv.ts
var REVERSAL_SECONDS = 300;
var NET_TOLERANCE = 0.1;
var PACE_SEED = 39630;
function createScaleEnv(options = {}, draw2 = null) {
  return new SimulatedScaleEnv(parseScaleOptions(options), draw2);
}
var SimulatedScaleEnv = class {
  spec;
  observationSpace;
  actionSpace;
  observation;
  podChanges;
  rewardTerms;
  rewardWeights;
  terms;
  model;
  #options;
  #observationSpec;
  #reward;
  #families;
  #trace;
  #draw;
  #workload;
  #guard;
  /** Null in an episode in which steps are free. */
  #pace = null;
  #outcome;
  #totals = new EpisodeTotals();
  #result = { reward: 0, terminated: false, truncated: true };
  #step = 0;
  #objective = 0;
  /** Sign of the last change of the number of pods, and when it was. */
  #lastDirection = 0;
  #lastChangeSeconds = 0;
  constructor(options, draw2) {
    this.#options = options;
    const spec = OBSERVATION_SPECS[options.spec];
    const reward = rewardFor(options);
    this.spec = options.spec;
    this.observationSpace = { kind: "box", fields: spec.fields };
    this.podChanges = spec.podChanges;
    this.actionSpace = { kind: "discrete", labels: spec.podChanges.map(signed) };
    this.observation = new Float32Array(spec.fields.length);
    this.rewardTerms = reward.terms;
    this.rewardWeights = reward.weights.map(
      (weight3, index) => options.weights[reward.terms[index] ?? ""] ?? weight3
    );
    this.terms = new Float32Array(reward.terms.length);
    this.model = new ScaleModel(options.minReplicas, options.maxReplicas);
    this.#observationSpec = spec;
    this.#reward = reward;
    this.#families = options.families;
    this.#trace = options.trace ? toTrace(options.trace.values, options.trace.intervalSeconds) : null;
    this.#draw = draw2;
    this.#guard = new Pace(options.guard);
    this.#workload = new Workload(options.episodeSteps + WARM_UP_STEPS);
    this.#outcome = { model: this.model, violationPrice: 0, meanLoad: 0, change: 0, isReversal: false };
  }
  get violationPrice() {
    return this.#outcome.violationPrice;
  }
  get objective() {
    return this.#objective;
  }
  reset(seed) {
    const random = new Random(seed);
    const outcome = this.#outcome;
    const drawnPrice = drawViolationPrice(random);
    outcome.violationPrice = this.#options.violationPrice ?? drawnPrice;
    drawDomain(this.model.domain, random, this.#options.domain);
    outcome.meanLoad = this.#drawWorkload(random);
    this.model.begin(this.#workload.rates, random);
    this.#totals.reset();
    this.#guard.reset();
    this.#pace = this.#isPaced(seed) ? this.#guard : null;
    this.#step = this.#objective = this.#lastDirection = 0;
    this.#result.truncated = false;
    this.terms.fill(0);
    this.#observe();
  }
  step(action) {
    const index = discreteAction(this.actionSpace, action);
    return this.scaleTo(this.model.pods.count + this.podChanges[index]);
  }
  scaleTo(pods) {
    if (this.#result.truncated) throw new RangeError("the episode is over: reset the env");
    const { model } = this;
    const outcome = this.#outcome;
    outcome.change = model.scaleTo(this.#pace ? this.#paced(pods, this.#pace) : pods);
    outcome.isReversal = this.#turnsBack(outcome.change);
    model.advance();
    this.#totals.add(outcome);
    this.#objective = -sloCost(outcome);
    this.#reward.evaluate(outcome, this.terms);
    this.#result.reward = weightedSum(this.rewardWeights, this.terms, 0);
    this.#result.truncated = ++this.#step >= this.#options.episodeSteps;
    this.#observe();
    return this.#result;
  }
  info() {
    return { ...this.#totals.info(), violationPrice: this.violationPrice };
  }
  /** By a number of its own, so that the same seed has the same load under any pace. */
  #isPaced(seed) {
    const { pace } = this.#options;
    return pace === "guard" || pace === "either" && new Random(seed ^ PACE_SEED).uniform() < 0.5;
  }
  /** What the guard lets through of a wish, and at least what the HPA that was taken over wants as a net. */
  #paced(wanted, pace) {
    const { model } = this;
    const { count: count3 } = model.pods;
    const { netUtilisation } = this.#options.guard;
    const allowed = pace.clamp(model.bounded(wanted), count3, model.seconds);
    pace.note(allowed - count3, model.seconds);
    if (netUtilisation === null) return allowed;
    const net = hpaRecommendation(model, netUtilisation, NET_TOLERANCE);
    return net > count3 ? Math.max(allowed, Math.min(net, Math.max(2 * count3, count3 + 4))) : allowed;
  }
  /** @returns its mean, in pods at full utilisation */
  #drawWorkload(random) {
    const { domain } = this.model;
    const podRate = podCapacity(domain);
    const peakRate = domain.peakLoadShare * this.#options.maxReplicas * podRate;
    const family = this.#families[random.below(this.#families.length)];
    if (this.#draw) this.#workload.draw(this.#draw, peakRate, random);
    else if (this.#trace) this.#workload.drawTrace(this.#trace, peakRate, random);
    else this.#workload.drawFamily(family, peakRate, random);
    return this.#workload.meanRate(WARM_UP_STEPS * CONTROL_STEP_SECONDS) / podRate;
  }
  #turnsBack(change) {
    if (change === 0) return false;
    const direction = Math.sign(change);
    const { seconds } = this.model;
    const isSoon = seconds - this.#lastChangeSeconds <= REVERSAL_SECONDS;
    const isReversal = isSoon && direction === -this.#lastDirection;
    this.#lastDirection = direction;
    this.#lastChangeSeconds = seconds;
    return isReversal;
  }
  #observe() {
    this.#observationSpec.write(this.model, this.violationPrice, this.observation);
  }
};
function signed(change) {
  return change > 0 ? `+${change}` : String(change).replace("-", "\u2212");
}

// agent/sim/baseline.ts
function runBaseline(env, baseline, seed, act = stepBy) {
  env.reset(seed);
  baseline.reset(seed);
  let sum2 = 0;
  let objective = 0;
  for (; ; ) {
    const { reward, terminated, truncated } = act(env, baseline.decide(env));
    sum2 += reward;
    objective += env.objective;
    if (terminated || truncated) return { ...env.info(), return: sum2, objective };
  }
}
function stepBy(env, action) {
  return env.step(action);
}

// agent/sim/scale/baselines/baseline.ts
function runScaleBaseline(env, baseline, seed) {
  return runBaseline(env, baseline, seed, (_, pods) => env.scaleTo(pods));
}

// agent/sim/scale/baselines/clairvoyant.ts
var LONGEST_STARTUP = 1.25;
var LOOK_SECONDS = 5;
function clairvoyant(name, settingsFor) {
  return {
    name,
    reset() {
    },
    decide({ model, violationPrice }) {
      const settings = settingsFor(violationPrice);
      const lead = leadSeconds(model);
      const { count: count3 } = model.pods;
      const wanted = podsNeeded(model, lead, settings);
      if (wanted >= count3) return wanted;
      return Math.min(count3, podsNeeded(model, Math.max(lead, settings.downSeconds), settings));
    }
  };
}
var tunedClairvoyant = () => clairvoyant("clairvoyant", (price) => TUNED_CLAIRVOYANT.nearest(price));
function leadSeconds({ domain }) {
  return domain.startupSeconds * LONGEST_STARTUP + LOOK_SECONDS;
}
function podsNeeded(model, withinSeconds, { target, safety }) {
  return ceil(podsFor(greatestLoad(model, withinSeconds), target, safety));
}
function greatestLoad({ rates, seconds, domain }, withinSeconds) {
  const end = Math.min(rates.length, seconds + withinSeconds);
  let most2 = 0;
  for (let second = seconds; second < end; second += LOOK_SECONDS) {
    const rate = rates[second];
    if (rate > most2) most2 = rate;
  }
  return most2 / podCapacity(domain);
}

// agent/sim/scale/baselines/quantile.ts
var TOLERANCE = 0.07;
function quantileScaleRule(name, settingsFor) {
  const window = new DownscaleWindow();
  return {
    name,
    reset: () => window.reset(),
    podsWanted({ estimates, pods: { count: pods } }, violationPrice) {
      const { quantile: quantile2, target, safety, downWindowSeconds } = settingsFor(violationPrice);
      const { load, rise80, rise95 } = estimates;
      const rise = Math.max(0, quantile2 === 95 ? rise95.value : rise80.value);
      const wanted = podsFor(load, target, safety) + rise / target;
      const recommended = Math.abs(1 - wanted / pods) <= TOLERANCE ? pods : ceil(wanted);
      return window.stabilise(recommended, pods, downWindowSeconds);
    }
  };
}
function quantileRule(name, settingsFor) {
  return asBaseline(quantileScaleRule(name, settingsFor));
}
var tunedQuantileRule = () => quantileScaleRule("quantile-tuned", (price) => TUNED_QUANTILE.nearest(price));
var tunedQuantile = () => asBaseline(tunedQuantileRule());

// agent/sim/scale/baselines/tuneBaselines.ts
var TUNED_PRICES = [5, 20, 80];
function tuneBaselines(budget, options = {}) {
  const env = createScaleEnv(options);
  return {
    hpa: tune(env, HPA_GRID, TUNED_HPA, (settings) => hpa("hpa", () => settings), budget),
    predictive: tune(
      env,
      PREDICTIVE_GRID,
      TUNED_PREDICTIVE,
      (settings) => predictive("predictive", () => settings),
      budget
    ),
    quantile: tune(
      env,
      QUANTILE_GRID,
      TUNED_QUANTILE,
      (settings) => quantileRule("quantile", () => settings),
      budget
    ),
    clairvoyant: tune(
      env,
      CLAIRVOYANT_GRID,
      TUNED_CLAIRVOYANT,
      (settings) => clairvoyant("clairvoyant", () => settings),
      budget
    )
  };
}
var HPA_GRID = grid({
  target: [0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9],
  tolerance: [0.02, 0.05, 0.1],
  downWindowSeconds: [120, 300, 600, 900, 1800]
});
var PREDICTIVE_GRID = grid({
  target: [0.9, 1],
  safety: [0, 0.5, 1, 2, 3],
  trendGain: [0, 0.6, 1],
  tolerance: [0.05, 0.1],
  downWindowSeconds: [60, 180, 600]
});
var QUANTILE_GRID = grid({
  quantile: [80, 95],
  target: [0.8, 0.9, 1],
  safety: [0, 0.5, 1, 1.5, 2, 3, 4],
  downWindowSeconds: [0, 60, 180, 300, 600]
});
var CLAIRVOYANT_GRID = grid({
  target: [0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1],
  safety: [0, 0.25, 0.5, 0.75, 1, 1.5, 2],
  downSeconds: [0, 60, 120, 240, 600]
});
function grid(values) {
  let combinations = [{}];
  for (const [key, choices] of Object.entries(values)) {
    combinations = combinations.flatMap((rest) => choices.map((choice) => ({ ...rest, [key]: choice })));
  }
  return combinations;
}
function tune(env, candidates, shipped, baselineOf, { seed, episodes, judgeEpisodes }) {
  const scored = candidates.map((settings) => ({
    settings,
    scores: meanScores(env, baselineOf(settings), seed, episodes)
  }));
  const judge = (settings) => meanScores(env, baselineOf(settings), seed + episodes, judgeEpisodes);
  return TUNED_PRICES.map((violationPrice, index) => {
    const at = (scores2) => scores2[index];
    const { settings, scores } = scored.reduce(
      (best, next) => at(next.scores) < at(best.scores) ? next : best
    );
    return {
      violationPrice,
      settings,
      searchScore: at(scores),
      score: at(judge(settings)),
      shippedScore: at(judge(shipped.nearest(violationPrice)))
    };
  });
}
function meanScores(env, baseline, seed, episodes) {
  const sums = TUNED_PRICES.map(() => 0);
  for (let episode = 0; episode < episodes; episode++) {
    const info = runScaleBaseline(env, baseline, seed + episode);
    for (const [index, price] of TUNED_PRICES.entries()) {
      sums[index] = sums[index] + costAt(info, price) / (1 + info.meanLoad);
    }
  }
  return sums.map((sum2) => sum2 / episodes);
}

// agent/rl/env/normaliseObservation.ts
var EPSILON = 1e-8;
function normaliseRows({ mean: mean2, variance, clip }, observations, target) {
  const fields = mean2.length;
  for (let row = 0; row < observations.length; row += fields) {
    for (let field2 = 0; field2 < fields; field2++) {
      const deviation = observations[row + field2] - mean2[field2];
      const scaled2 = deviation / Math.sqrt(variance[field2] + EPSILON);
      target[row + field2] = Math.min(Math.max(scaled2, -clip), clip);
    }
  }
}

// agent/rl/numericError.ts
var NumericError = class extends Error {
  where;
  value;
  constructor(where, value) {
    super(`${where} is ${value}`);
    this.name = "NumericError";
    this.where = where;
    this.value = value;
  }
};
function namingStep(step, work) {
  try {
    return work();
  } catch (error2) {
    if (!(error2 instanceof NumericError)) throw error2;
    throw new NumericError(`${step()}: ${error2.where}`, error2.value);
  }
}

// agent/rl/engine/layers.ts
function flatLayers(spec) {
  checkSpec(spec);
  let offset = 0;
  const chain = (layers, inputs) => layers.map((layer, index) => {
    const placed = { spec: layer, inputs: layers[index - 1]?.units ?? inputs, offset };
    offset += (placed.inputs + 1) * layer.units;
    return placed;
  });
  const trunk = chain(spec.trunk, spec.inputs);
  const trunkEnd = spec.trunk.at(-1)?.units ?? spec.inputs;
  const towers = spec.towers.map(({ layers }) => chain(layers, trunkEnd));
  return { trunk, towers, parameterCount: offset };
}
function allLayers({ trunk, towers }) {
  return [...trunk, ...towers.flatMap(({ layers }) => layers)];
}
function checkSpec(spec) {
  const { inputs, towers } = spec;
  const layers = allLayers(spec);
  checkCount(inputs, "inputs");
  for (const { name, units } of layers) checkCount(units, `units of ${name}`);
  if (towers.length === 0) throw new RangeError("the network has no tower");
  const names = layers.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== void 0) throw new RangeError(`two layers are named ${twice}`);
  for (const { name, dropout } of layers) {
    if (!(dropout >= 0 && dropout < 1)) throw new RangeError(`the dropout of ${name} is ${dropout}`);
  }
  for (const { name, layers: own2 } of towers) {
    const output = own2.at(-1);
    if (!output) throw new RangeError(`tower ${name} has no layer`);
    if (output.dropout > 0) throw new RangeError(`${output.name} is an output: it cannot have dropout`);
  }
}
function checkCount(count3, what) {
  if (!Number.isInteger(count3) || count3 < 1) throw new RangeError(`the ${what} are ${count3}, not 1 or more`);
}

// agent/rl/env/env.ts
var FIRST_HELD_OUT_SEED = 2 ** 31;
function actionSize(space) {
  return space.kind === "discrete" ? 1 : space.fields.length;
}

// agent/rl/policy/onnx/onnxModel.ts
var DATA_TYPE = { float: 1, int32: 6, int64: 7, double: 11 };

// agent/rl/policy/onnx/policyGraph.ts
var OBSERVATION = "observation";
var VARIANCE_EPSILON = 1e-8;
function policyGraph({ network, parameters, normaliser }) {
  const graph = new GraphBuilder();
  const input = normaliser ? addNormaliser(graph, normaliser) : OBSERVATION;
  const { trunk, towers } = flatLayers(network);
  const weightsOf = ({ inputs, offset, spec }) => ({
    weights: parameters.subarray(offset, offset + inputs * spec.units),
    biases: parameters.subarray(offset + inputs * spec.units, offset + (inputs + 1) * spec.units),
    inputs
  });
  let end = input;
  for (const layer of trunk) end = addLayer(graph, layer.spec, weightsOf(layer), end);
  for (const [index, { name }] of network.towers.entries()) {
    const layers = towers[index] ?? [];
    let value = end;
    for (const layer of layers) {
      const output = layer === layers.at(-1) ? name : void 0;
      value = addLayer(graph, layer.spec, weightsOf(layer), value, output);
    }
  }
  return {
    name: "policy",
    nodes: graph.nodes,
    initializers: graph.initializers,
    inputs: [floatRows(OBSERVATION, network.inputs)],
    outputs: network.towers.map(({ name, layers }) => floatRows(name, layers.at(-1)?.units ?? 0))
  };
}
function weightName(layer) {
  return `${layer.name}.weight`;
}
function biasName(layer) {
  return `${layer.name}.bias`;
}
function layersOf({ trunk, towers }) {
  return [...trunk, ...towers.flatMap(({ layers }) => layers)];
}
var GraphBuilder = class {
  nodes = [];
  initializers = [];
  /** @returns the name of the constant */
  constant(name, dims, data) {
    this.initializers.push({ name, dims, dataType: DATA_TYPE.float, data, isExternal: false });
    return name;
  }
  /** @returns the name of its output */
  node(opType, inputs, output, attributes = []) {
    this.nodes.push({
      name: `${output}:${opType}`,
      opType,
      domain: "",
      inputs,
      outputs: [output],
      attributes
    });
    return output;
  }
};
function addNormaliser(graph, { mean: mean2, variance, clip }) {
  const deviations = Float32Array.from(variance, (value) => Math.sqrt(value + VARIANCE_EPSILON));
  const means = graph.constant("normaliser.mean", [mean2.length], Float32Array.from(mean2));
  const scale = graph.constant("normaliser.deviation", [mean2.length], deviations);
  const centred2 = graph.node("Sub", [OBSERVATION, means], "normaliser.centred");
  const scaled2 = graph.node("Div", [centred2, scale], "normaliser.scaled");
  if (clip === Number.POSITIVE_INFINITY) return scaled2;
  const low = graph.constant("normaliser.low", [], Float32Array.of(-clip));
  const high = graph.constant("normaliser.high", [], Float32Array.of(clip));
  return graph.node("Clip", [scaled2, low, high], "normaliser.clipped");
}
var OPERATORS = { relu: "Relu", tanh: "Tanh" };
function addLayer(graph, layer, { weights, biases, inputs }, from, output = `${layer.name}.output`) {
  const operands = [
    from,
    graph.constant(weightName(layer), [inputs, layer.units], weights),
    graph.constant(biasName(layer), [layer.units], biases)
  ];
  if (layer.activation === "linear") return graph.node("Gemm", operands, output);
  const sum2 = graph.node("Gemm", operands, `${layer.name}.sum`);
  return graph.node(OPERATORS[layer.activation], [sum2], output);
}
function floatRows(name, columns) {
  return { name, elementType: DATA_TYPE.float, shape: ["N", columns] };
}

// agent/rl/policy/checkPolicy.ts
function checkPolicy(policy) {
  const { network, parameters, observationSpace, normaliser } = policy;
  const { parameterCount } = flatLayers(network);
  expectCount("parameters", parameters.length, parameterCount);
  expectCount("observation fields", observationSpace.fields.length, network.inputs);
  checkOutputs(policy);
  checkFinite("parameter", parameters);
  checkFinite("logarithm of a standard deviation", policy.logStandardDeviations);
  checkMeasured(policy);
  if (normaliser === null) return;
  expectCount("means in the normaliser", normaliser.mean.length, network.inputs);
  expectCount("variances in the normaliser", normaliser.variance.length, network.inputs);
  checkFinite("mean of the normaliser", normaliser.mean);
  checkFinite("variance of the normaliser", normaliser.variance);
  if (normaliser.variance.some((variance) => variance <= -VARIANCE_EPSILON)) {
    throw new RangeError("a variance of the normaliser is below 0");
  }
  if (!(normaliser.clip > 0)) throw new RangeError(`observations clipped to \xB1${normaliser.clip}`);
}
function checkMeasured({ calibration, inputDistribution, network }) {
  const points = calibration?.points ?? [];
  if (points.some(({ probability }, index) => probability <= (points[index - 1]?.probability ?? -1))) {
    throw new RangeError("the probabilities of its calibration do not ascend");
  }
  if (!inputDistribution) return;
  const { inputs } = network;
  expectCount("means in the input distribution", inputDistribution.mean.length, inputs);
  expectCount(
    "numbers in the whitening matrix",
    inputDistribution.whitening.length,
    inputs * (inputs + 1) / 2
  );
}
function checkOutputs({ head, network, actionSpace, logStandardDeviations }) {
  const isGaussian = head === "gaussian";
  if (isGaussian !== (actionSpace.kind === "box")) {
    throw new RangeError(`a ${head} head for a ${actionSpace.kind} action space`);
  }
  const actions = actionSpace.kind === "box" ? actionSize(actionSpace) : actionSpace.labels.length;
  expectCount("outputs of the first tower", network.towers[0]?.layers.at(-1)?.units ?? 0, actions);
  expectCount("standard deviations", logStandardDeviations.length, isGaussian ? actions : 0);
}
function expectCount(what, count3, expected) {
  if (count3 !== expected) throw new RangeError(`${count3} ${what} where ${expected} are needed`);
}
function checkFinite(what, values) {
  for (let index = 0; index < values.length; index++) {
    if (!Number.isFinite(values[index])) throw new RangeError(`a ${what} is ${values[index]}`);
  }
}

// agent/rl/policy/decisionHead.ts
function greedyChoice(values, kind) {
  return { action: values.indexOf(Math.max(...values)), probabilities: probabilitiesOf(values, kind) };
}
var INDISTINCT_SHARE = 1e-3;
function probabilitiesOf(values, kind) {
  const greatest2 = Math.max(...values);
  const temperature = kind === "logits" ? 1 : qTemperature(values, greatest2);
  if (temperature === 0) return values.map(() => 1 / values.length);
  const weights = values.map((value) => Math.exp((value - greatest2) / temperature));
  const sum2 = weights.reduce((total, weight3) => total + weight3, 0);
  return weights.map((weight3) => weight3 / sum2);
}
function qTemperature(values, greatest2) {
  const least2 = Math.min(...values);
  const size2 = Math.max(Math.abs(greatest2), Math.abs(least2));
  return (greatest2 - least2) / 4 + INDISTINCT_SHARE * size2;
}
function gaussianConfidence({ fields }, logStandardDeviations) {
  const shares = fields.map(({ min, max }, index) => {
    const deviation = Math.exp(logStandardDeviations[index] ?? 0);
    return errorFunction((max - min) / 4 / (deviation * Math.SQRT2));
  });
  return Math.min(1, ...shares);
}
function clippedToSpace({ fields }, values) {
  return Float32Array.from(fields, ({ min, max }, index) => Math.min(Math.max(values[index] ?? 0, min), max));
}
function errorFunction(x) {
  const t = 1 / (1 + 0.3275911 * x);
  const polynomial = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return 1 - polynomial * Math.exp(-x * x);
}

// agent/rl/policy/actor.ts
var BATCH_ROWS = 256;
function createActor(model, engine) {
  checkPolicy(model);
  return new NetworkActor(model, engine);
}
var NetworkActor = class {
  model;
  #network;
  #rows;
  constructor(model, engine) {
    this.model = model;
    const spec = { ...model.network, towers: model.network.towers.slice(0, 1) };
    this.#network = engine.createNetwork(spec, { maxRows: BATCH_ROWS, random: null });
    this.#network.writeParameters(model.parameters.slice(0, this.#network.parameterCount));
    this.#rows = new Float32Array(BATCH_ROWS * spec.inputs);
  }
  decide(observation) {
    const values = this.#valuesOf(observation);
    const { head, actionSpace, logStandardDeviations } = this.model;
    if (actionSpace.kind === "box") {
      const confidence = gaussianConfidence(actionSpace, logStandardDeviations);
      return { action: clippedToSpace(actionSpace, values), confidence, probabilities: [], values };
    }
    const { action, probabilities } = this.#choose(values, head);
    return { action, confidence: probabilities[action] ?? 0, probabilities, values };
  }
  sample(observation, random) {
    const values = this.#valuesOf(observation);
    const { head, actionSpace } = this.model;
    if (actionSpace.kind === "box") return this.#sampleBox(actionSpace, values, random);
    const { probabilities } = this.#choose(values, head);
    let rest = random.uniform();
    const drawn = probabilities.findIndex((probability) => {
      rest -= probability;
      return rest < 0;
    });
    return drawn < 0 ? probabilities.length - 1 : drawn;
  }
  evaluate(rows, count3) {
    const { inputs, towers } = this.#network.spec;
    if (rows.length < count3 * inputs)
      throw new RangeError(`${rows.length} numbers for ${count3} rows of ${inputs}`);
    const outputs = towers[0]?.layers.at(-1)?.units ?? 0;
    const results = new Float32Array(count3 * outputs);
    for (let first = 0; first < count3; first += BATCH_ROWS) {
      const batch = Math.min(BATCH_ROWS, count3 - first);
      this.#rows.set(rows.subarray(first * inputs, (first + batch) * inputs));
      this.#forward(batch, results.subarray(first * outputs));
    }
    return results;
  }
  dispose() {
    this.#network.dispose();
  }
  #valuesOf(observation) {
    const { fields } = this.model.observationSpace;
    if (observation.length !== fields.length) {
      throw new RangeError(
        `an observation of ${observation.length} numbers where ${fields.length} are needed`
      );
    }
    for (const [index, { name }] of fields.entries()) {
      const value = observation[index];
      if (!Number.isFinite(value)) throw new NumericError(`${name} of the observation`, value);
    }
    this.#rows.set(observation);
    const values = new Float32Array(this.#network.outputs[0]?.columns ?? 0);
    this.#forward(1, values);
    return Array.from(values);
  }
  /** Of the first `count` rows, into `results`. */
  #forward(count3, results) {
    const { input, spec, outputs } = this.#network;
    const rows = this.#rows.subarray(0, count3 * spec.inputs);
    if (this.model.normaliser) normaliseRows(this.model.normaliser, rows, rows);
    for (let row = 0; row < count3; row++) {
      input.values.set(rows.subarray(row * spec.inputs, (row + 1) * spec.inputs), row * input.stride);
    }
    this.#network.forward(count3);
    const [output] = outputs;
    if (!output) return;
    const { values, stride, columns } = output;
    for (let row = 0; row < count3; row++) {
      results.set(values.subarray(row * stride, row * stride + columns), row * columns);
    }
    for (let index = 0; index < count3 * columns; index++) {
      const result = results[index];
      if (!Number.isFinite(result)) throw new NumericError("an output of the policy", result);
    }
  }
  #choose(values, head) {
    return greedyChoice(values, head === "q-values" ? "q-values" : "logits");
  }
  #sampleBox(space, means, random) {
    const drawn = means.map((mean2, index) => {
      const deviation = Math.exp(this.model.logStandardDeviations[index] ?? 0);
      return mean2 + deviation * random.gaussian();
    });
    return clippedToSpace(space, drawn);
  }
};

// agent/rl/engine/adam.ts
var BETA1 = 0.9;
var BETA2 = 0.999;
var LEAST_MOMENT = 1e-30;
function adamStep(options, step, gradientNorm) {
  if (!Number.isFinite(gradientNorm)) throw new NumericError("the norm of the gradient", gradientNorm);
  const { learningRate, maxGradNorm, epsilon } = options;
  return {
    rate: learningRate / (1 - wholePower(BETA1, step)),
    secondScale: 1 / Math.sqrt(1 - wholePower(BETA2, step)),
    epsilon,
    gradientScale: gradientNorm > maxGradNorm ? maxGradNorm / gradientNorm : 1
  };
}
function wholePower(base, exponent) {
  let result = 1;
  let square = base;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}

// agent/rl/engine/rationalTanh.ts
var LIMIT = 7.905311107635498;
function rationalTanh(value) {
  const x = value > LIMIT ? LIMIT : value < -LIMIT ? -LIMIT : value;
  const x2 = x * x;
  let p = -276076847742355e-30;
  p = p * x2 + 200018790482477e-27;
  p = p * x2 - 860467152213735e-25;
  p = p * x2 + 512229709037114e-22;
  p = p * x2 + 148572235717979e-19;
  p = p * x2 + 637261928875436e-18;
  p = p * x2 + 0.00489352455891786;
  let q = 119825839466702e-20;
  q = q * x2 + 118534705686654e-18;
  q = q * x2 + 0.002268434632439;
  q = q * x2 + 0.00489352518554385;
  return x * p / q;
}

// agent/rl/engine/jsKernel.ts
var ROW_BLOCK = 64;
var TILE_ROWS = 4;
var TILE_COLUMNS = 2;
var JsKernel = class {
  memory;
  /** Factors as the tiles read them, one after the other, and in 64 bits so that the innermost loop converts none. */
  #packedA;
  #packedB;
  #zeros;
  constructor(floats, deepest) {
    this.memory = new Float32Array(floats + deepest);
    this.#zeros = floats;
    this.#packedA = new Float64Array(ROW_BLOCK * deepest);
    this.#packedB = new Float64Array(TILE_COLUMNS * deepest);
  }
  forward(x, weights, bias, outputs, size2, rows, activation) {
    const start = { address: bias, stride: 0 };
    if (rows === 1) this.#forwardRow(x.address, weights, bias, outputs.address, size2);
    else this.#product("a\xB7b", x, weights, outputs, start, rows, size2.units, size2.inputs);
    const end = outputs.address + rows * outputs.stride;
    activate(this.memory.subarray(outputs.address, end), activation);
  }
  weightGradients(x, gradient, result, biasResult, size2, rows) {
    const start = { address: this.#zeros, stride: 0 };
    this.#product("a\u1D40\xB7b", x, gradient, result, start, size2.inputs, size2.units, rows);
    this.#columnSums(gradient, biasResult, size2.units, rows);
  }
  inputGradients(gradient, weights, result, size2, rows, adds, activation, outputs) {
    const start = adds ? result : { address: this.#zeros, stride: 0 };
    this.#product("a\xB7b\u1D40", gradient, weights, result, start, rows, size2.inputs, size2.units);
    this.activationGradient(
      result.address,
      outputs.address,
      result.address,
      rows * result.stride,
      activation
    );
  }
  activationGradient(gradient, outputs, result, count3, activation) {
    const { memory } = this;
    for (let index = 0; index < count3; index++) {
      const output = memory[outputs + index];
      memory[result + index] = memory[gradient + index] * derivative(output, activation);
    }
  }
  multiply(a, b, result, count3) {
    const { memory } = this;
    for (let index = 0; index < count3; index++) {
      memory[result + index] = memory[a + index] * memory[b + index];
    }
  }
  sumOfSquares(address, count3) {
    let sum2 = 0;
    for (let index = address; index < address + count3; index++) sum2 += this.memory[index] ** 2;
    return Math.fround(sum2);
  }
  adam(at, count3, { rate, secondScale, epsilon, gradientScale }) {
    const { memory } = this;
    for (let index = 0; index < count3; index++) {
      const gradient = memory[at.gradients + index] * gradientScale;
      const first = BETA1 * memory[at.firstMoments + index] + (1 - BETA1) * gradient;
      const second = BETA2 * memory[at.secondMoments + index] + (1 - BETA2) * gradient * gradient;
      memory[at.firstMoments + index] = Math.abs(first) < LEAST_MOMENT ? 0 : first;
      memory[at.secondMoments + index] = second < LEAST_MOMENT ? 0 : second;
      const parameter = memory[at.parameters + index];
      memory[at.parameters + index] = parameter - rate * first / (Math.sqrt(second) * secondScale + epsilon);
    }
  }
  /** For a single row packing would cost more than it saves. */
  #forwardRow(x, weights, bias, outputs, { inputs, units }) {
    const { memory } = this;
    for (let unit3 = 0; unit3 < units; unit3 += 4) {
      let sum0 = memory[bias + unit3];
      let sum1 = memory[bias + unit3 + 1];
      let sum2 = memory[bias + unit3 + 2];
      let sum3 = memory[bias + unit3 + 3];
      let weight3 = weights.address + unit3;
      for (let input = 0; input < inputs; input++) {
        const value = memory[x + input];
        sum0 += value * memory[weight3];
        sum1 += value * memory[weight3 + 1];
        sum2 += value * memory[weight3 + 2];
        sum3 += value * memory[weight3 + 3];
        weight3 += weights.stride;
      }
      memory[outputs + unit3] = sum0;
      memory[outputs + unit3 + 1] = sum1;
      memory[outputs + unit3 + 2] = sum2;
      memory[outputs + unit3 + 3] = sum3;
    }
  }
  /** c = start + a · b, of m × n sums of k terms, with one of the factors transposed. A stride of 0 repeats a row. */
  #product(form, a, b, c, start, m, n, k) {
    for (let row = 0; row < m; row += ROW_BLOCK) {
      const rows = Math.min(ROW_BLOCK, m - row);
      if (form === "a\u1D40\xB7b") packRows(this.memory, a.address + row, 1, a.stride, rows, k, this.#packedA);
      else packRows(this.memory, a.address + row * a.stride, a.stride, 1, rows, k, this.#packedA);
      for (let column = 0; column < n; column += TILE_COLUMNS) {
        if (form === "a\xB7b\u1D40") this.#packColumns(b.address + column * b.stride, b.stride, 1, k);
        else this.#packColumns(b.address + column, 1, b.stride, k);
        for (let tile = 0; tile < rows; tile += TILE_ROWS) {
          const target = c.address + (row + tile) * c.stride + column;
          const begin = start.address + (row + tile) * start.stride + column;
          this.#tile(tile * k, k, begin, start.stride, target, c.stride);
        }
      }
    }
  }
  #packColumns(address, across, down, k) {
    const { memory } = this;
    const packed = this.#packedB;
    let from = address;
    for (let to = 0; to < TILE_COLUMNS * k; to += TILE_COLUMNS) {
      packed[to] = memory[from];
      packed[to + 1] = memory[from + across];
      from += down;
    }
  }
  #tile(a, k, start, startStride, target, stride) {
    const { memory } = this;
    const packedA = this.#packedA;
    const packedB = this.#packedB;
    const start1 = start + startStride;
    const start2 = start1 + startStride;
    const start3 = start2 + startStride;
    let sum00 = memory[start];
    let sum01 = memory[start + 1];
    let sum10 = memory[start1];
    let sum11 = memory[start1 + 1];
    let sum20 = memory[start2];
    let sum21 = memory[start2 + 1];
    let sum30 = memory[start3];
    let sum31 = memory[start3 + 1];
    let at = a;
    for (let term = 0; term < 2 * k; term += 2) {
      const b0 = packedB[term];
      const b1 = packedB[term + 1];
      const a0 = packedA[at];
      const a1 = packedA[at + 1];
      const a2 = packedA[at + 2];
      const a3 = packedA[at + 3];
      sum00 += a0 * b0;
      sum01 += a0 * b1;
      sum10 += a1 * b0;
      sum11 += a1 * b1;
      sum20 += a2 * b0;
      sum21 += a2 * b1;
      sum30 += a3 * b0;
      sum31 += a3 * b1;
      at += TILE_ROWS;
    }
    memory[target] = sum00;
    memory[target + 1] = sum01;
    memory[target + stride] = sum10;
    memory[target + stride + 1] = sum11;
    memory[target + 2 * stride] = sum20;
    memory[target + 2 * stride + 1] = sum21;
    memory[target + 3 * stride] = sum30;
    memory[target + 3 * stride + 1] = sum31;
  }
  #columnSums({ address, stride }, result, columns, rows) {
    const { memory } = this;
    for (let column = 0; column < columns; column++) {
      let sum2 = 0;
      for (let row = 0; row < rows; row++) sum2 += memory[address + row * stride + column];
      memory[result + column] = sum2;
    }
  }
};
function packRows(memory, address, down, across, rows, k, packed) {
  let to = 0;
  for (let row = 0; row < rows; row += TILE_ROWS) {
    let from = address + row * down;
    for (let term = 0; term < k; term++) {
      packed[to] = memory[from];
      packed[to + 1] = memory[from + down];
      packed[to + 2] = memory[from + 2 * down];
      packed[to + 3] = memory[from + 3 * down];
      from += across;
      to += TILE_ROWS;
    }
  }
}
function activate(values, activation) {
  if (activation === "linear") return;
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    values[index] = activation === "tanh" ? rationalTanh(value) : value < 0 ? 0 : value;
  }
}
function derivative(output, activation) {
  if (activation === "linear") return 1;
  if (activation === "relu") return output > 0 ? 1 : 0;
  return 1 - output * output;
}

// agent/rl/engine/kernel.ts
var LANES = 4;
function padded(columns) {
  return Math.ceil(columns / LANES) * LANES;
}

// agent/rl/engine/arena.ts
var ALIGNMENT = 16;
var Arena = class {
  #end = 0;
  get floats() {
    return this.#end;
  }
  take(floats) {
    const address = this.#end;
    this.#end += Math.ceil(floats / ALIGNMENT) * ALIGNMENT;
    return address;
  }
  /** Room for `rows` rows and for those that a kernel writes behind them. */
  takeBlock(rows, stride) {
    return { address: this.take(padded(rows) * stride), stride };
  }
};

// agent/rl/engine/checks.ts
function checkMaxRows(maxRows) {
  if (!Number.isInteger(maxRows) || maxRows < 1) throw new RangeError(`maxRows is ${maxRows}, not 1 or more`);
}
function checkRows(rows, maxRows) {
  if (Number.isInteger(rows) && rows >= 1 && rows <= maxRows) return;
  throw new RangeError(`${rows} rows, not 1\u2026${maxRows}`);
}
function checkFinite2({ values, stride, columns }, rows) {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = values[row * stride + column];
      if (!Number.isFinite(value)) throw new NumericError(`input ${column} of row ${row}`, value);
    }
  }
}
function checkFrozenLayers(spec, frozen) {
  if (frozen.size === 0) return;
  const names = new Set(allLayers(spec).map(({ name }) => name));
  for (const name of frozen) if (!names.has(name)) throw new RangeError(`no layer is named ${name}`);
}
function checkParameterCount({ length }, parameterCount) {
  if (length !== parameterCount) {
    throw new RangeError(`${length} values for the ${parameterCount} parameters of a network`);
  }
}
function checkSameSpec(a, b) {
  if (JSON.stringify(a) !== JSON.stringify(b)) throw new RangeError("the networks have different specs");
}

// agent/rl/engine/dropout.ts
function drawDropout({ values, stride, columns }, rows, share6, random) {
  const threshold = Math.round(share6 * 65536);
  const kept = 1 / (1 - share6);
  for (let row = 0; row < rows; row++) {
    const begin = row * stride;
    for (let column = 0; column < columns; column += 2) {
      const bits = random.uniform() * 4294967296;
      values[begin + column] = kept * isAtLeast(bits >>> 16, threshold);
      if (column + 1 < columns) values[begin + column + 1] = kept * isAtLeast(bits & 65535, threshold);
    }
  }
}
function isAtLeast(bits, threshold) {
  return threshold - 1 - bits >>> 31;
}

// agent/rl/engine/denseLayer.ts
var DenseLayer = class {
  planned;
  /** What it reads; null: the network's input. */
  from;
  size;
  activation;
  /** f(x · weights + bias). */
  outputs;
  /** dLoss/d(x · weights + bias). */
  gradient;
  /** dLoss/dOutputs, of a tower's output, where f is not linear; else the same as `gradient`. */
  outputGradients;
  #weights;
  #bias;
  #weightGradients;
  #biasGradients;
  #dropout;
  /** How many others read this one, and which of them this one is for `from`: 0 is the first. */
  #readers = 0;
  #readerIndex;
  constructor(planned, from, rows, regions, arena) {
    const { units, inputs, offset, parts, isOutput } = planned;
    this.planned = planned;
    this.from = from;
    this.size = planned;
    const { activation = "linear", dropout: share6 = 0 } = parts[0]?.layer.spec ?? {};
    this.activation = activation;
    this.outputs = arena.takeBlock(rows, units);
    this.gradient = arena.takeBlock(rows, units);
    this.outputGradients = isOutput && activation !== "linear" ? arena.takeBlock(rows, units) : this.gradient;
    this.#weights = { address: regions.parameters + offset, stride: units };
    this.#bias = this.#weights.address + inputs * units;
    this.#weightGradients = { address: regions.gradients + offset, stride: units };
    this.#biasGradients = this.#weightGradients.address + inputs * units;
    this.#dropout = share6 > 0 ? { share: share6, mask: arena.takeBlock(rows, units), outputs: arena.takeBlock(rows, units) } : null;
    this.#readerIndex = from ? from.#readers++ : 0;
  }
  /** What the next layer reads. */
  read(isTraining) {
    return isTraining && this.#dropout ? this.#dropout.outputs : this.outputs;
  }
  forward(kernel, x, rows) {
    kernel.forward(x, this.#weights, this.#bias, this.outputs, this.size, rows, this.activation);
  }
  dropOut(kernel, rows, random) {
    if (!this.#dropout) return;
    const { share: share6, mask, outputs } = this.#dropout;
    const columns = this.planned.parts[0]?.layer.spec.units ?? 0;
    drawDropout(view(kernel, mask, rows, 0, columns), rows, share6, random);
    kernel.multiply(this.outputs.address, mask.address, outputs.address, rows * mask.stride);
  }
  /** Its parameters' gradients and its share of the gradient of `from`, after all layers that read this one. */
  backward(kernel, x, rows, isTraining) {
    if (this.outputGradients !== this.gradient) this.#derive(kernel, rows);
    kernel.weightGradients(x, this.gradient, this.#weightGradients, this.#biasGradients, this.size, rows);
    const { from } = this;
    if (!from) return;
    const isFirst = this.#readerIndex === from.#readers - 1;
    const isLast = this.#readerIndex === 0;
    const activation = isLast ? from.activation : "linear";
    kernel.inputGradients(
      this.gradient,
      this.#weights,
      from.gradient,
      this.size,
      rows,
      !isFirst,
      activation,
      from.outputs
    );
    if (isLast && isTraining && from.#dropout) {
      const { address, stride } = from.gradient;
      kernel.multiply(address, from.#dropout.mask.address, address, rows * stride);
    }
  }
  #derive(kernel, rows) {
    const { gradient, outputGradients, outputs, activation } = this;
    const count3 = rows * outputs.stride;
    kernel.activationGradient(outputGradients.address, outputs.address, gradient.address, count3, activation);
  }
};
function view(kernel, { address, stride }, rows, column, columns) {
  return { values: kernel.memory.subarray(address + column, address + rows * stride), stride, columns };
}

// agent/rl/engine/layout.ts
function planLayout(spec) {
  const { trunk, towers, parameterCount } = flatLayers(spec);
  const outputLayers = new Set(towers.map((tower) => tower.at(-1)));
  const layers = [];
  let paddedCount = 0;
  const add2 = (from, parts) => {
    const inputs = from?.units ?? padded(spec.inputs);
    const units = padded(parts.reduce((sum2, { layer }) => sum2 + layer.spec.units, 0));
    const count3 = (inputs + 1) * units;
    const isOutput = parts.some(({ layer }) => outputLayers.has(layer));
    const planned = { from, parts, inputs, units, offset: paddedCount, count: count3, isOutput };
    paddedCount += count3;
    layers.push(planned);
    return planned;
  };
  const addAlone = (from, layer) => add2(from, [{ layer, column: 0 }]);
  const trunkEnd = trunk.reduce(addAlone, null);
  const ends = areFusible(spec) ? [add2(trunkEnd, sideBySide(towers.flat()))] : towers.map((tower) => tower.reduce(addAlone, trunkEnd));
  const outputs = ends.flatMap(
    (planned) => planned ? planned.parts.map((part) => ({ planned, part })) : []
  );
  return { layers, outputs, parameterCount, paddedCount };
}
function areFusible({ towers }) {
  const activation = towers[0]?.layers[0]?.activation;
  return towers.every(({ layers }) => layers.length === 1 && layers[0]?.activation === activation);
}
function sideBySide(layers) {
  let end = 0;
  return layers.map((layer) => {
    const column = end;
    end += layer.spec.units;
    return { layer, column };
  });
}

// agent/rl/engine/orthogonal.ts
function initialParameters(spec, random) {
  const { trunk, towers, parameterCount } = flatLayers(spec);
  const parameters = new Float32Array(parameterCount);
  for (const { spec: layer, inputs, offset } of [...trunk, ...towers.flat()]) {
    parameters.set(orthogonal(inputs, layer.units, layer.gain, random), offset);
  }
  return parameters;
}
function orthogonal(rows, columns, gain, random) {
  const length = Math.max(rows, columns);
  const vectors = [];
  while (vectors.length < Math.min(rows, columns)) {
    const vector = Float64Array.from({ length }, () => random.gaussian());
    for (const earlier of vectors) subtractProjection(vector, earlier);
    normalise(vector);
    vectors.push(vector);
  }
  const matrix2 = new Float32Array(rows * columns);
  for (const [index, vector] of vectors.entries()) {
    for (let at = 0; at < length; at++) {
      const target = rows >= columns ? at * columns + index : index * columns + at;
      matrix2[target] = gain * vector[at];
    }
  }
  return matrix2;
}
function subtractProjection(vector, onto) {
  const share6 = dot(vector, onto);
  for (let at = 0; at < vector.length; at++)
    vector[at] = vector[at] - share6 * onto[at];
}
function normalise(vector) {
  const length = Math.sqrt(dot(vector, vector));
  for (let at = 0; at < vector.length; at++) vector[at] = vector[at] / length;
}
function dot(a, b) {
  let sum2 = 0;
  for (let at = 0; at < a.length; at++) sum2 += a[at] * b[at];
  return sum2;
}

// agent/rl/engine/parameters.ts
function readFlat(memory, region, layout) {
  const values = new Float32Array(layout.parameterCount);
  for (const { padded: padded2, flat, count: count3 } of allRows(layout)) {
    for (let index = 0; index < count3; index++) {
      values[flat + index] = memory[region + padded2 + index];
    }
  }
  return values;
}
function writeFlat(memory, region, layout, values) {
  for (const { padded: padded2, flat, count: count3 } of allRows(layout)) {
    for (let index = 0; index < count3; index++) {
      memory[region + padded2 + index] = values[flat + index];
    }
  }
}
function keepRows(memory, region, rows) {
  const copies = rows.map(({ padded: padded2, count: count3 }) => memory.slice(region + padded2, region + padded2 + count3));
  return () => {
    for (const [index, { padded: padded2 }] of rows.entries()) memory.set(copies[index] ?? [], region + padded2);
  };
}
function allRows(layout) {
  return layout.layers.flatMap((planned) => planned.parts.flatMap((part) => rowsOf(planned, part)));
}
function rowsOf({ offset, inputs, units }, { layer, column }) {
  const count3 = layer.spec.units;
  const weights = Array.from({ length: layer.inputs }, (_, row) => ({
    padded: offset + row * units + column,
    flat: layer.offset + row * count3,
    count: count3
  }));
  const biases = {
    padded: offset + inputs * units + column,
    flat: layer.offset + layer.inputs * count3,
    count: count3
  };
  return [...weights, biases];
}

// agent/rl/engine/mlpNetwork.ts
var NOTHING = /* @__PURE__ */ new Set();
var MlpNetwork = class _MlpNetwork {
  spec;
  maxRows;
  input;
  outputs;
  outputGradients;
  parameterCount;
  #layout;
  #regions;
  #inputBlock;
  #layers;
  #kernel;
  /** Of the last forward pass. */
  #rows = 0;
  #isTraining = false;
  #steps = 0;
  constructor(spec, maxRows, random, createKernel) {
    checkMaxRows(maxRows);
    const layout = planLayout(spec);
    const arena = new Arena();
    const take = () => arena.take(layout.paddedCount);
    const regions = { parameters: take(), gradients: take(), firstMoments: take(), secondMoments: take() };
    const inputBlock = arena.takeBlock(maxRows, padded(spec.inputs));
    const layers = /* @__PURE__ */ new Map();
    for (const planned of layout.layers) {
      const from = (planned.from && layers.get(planned.from)) ?? null;
      layers.set(planned, new DenseLayer(planned, from, maxRows, regions, arena));
    }
    const kernel = createKernel(arena.floats, deepestOf(layout, maxRows));
    const ends = layout.outputs.flatMap(({ planned, part }) => {
      const layer = layers.get(planned);
      return layer ? [{ layer, column: part.column, columns: part.layer.spec.units }] : [];
    });
    this.spec = spec;
    this.maxRows = maxRows;
    this.input = view(kernel, inputBlock, maxRows, 0, spec.inputs);
    this.outputs = ends.map(
      ({ layer, column, columns }) => view(kernel, layer.outputs, maxRows, column, columns)
    );
    this.outputGradients = ends.map(
      ({ layer, column, columns }) => view(kernel, layer.outputGradients, maxRows, column, columns)
    );
    this.parameterCount = layout.parameterCount;
    this.#layout = layout;
    this.#regions = regions;
    this.#inputBlock = inputBlock;
    this.#layers = [...layers.values()];
    this.#kernel = kernel;
    if (random) this.writeParameters(initialParameters(spec, random));
  }
  forward(rows) {
    this.#begin(rows, false);
    for (const layer of this.#layers) layer.forward(this.#kernel, this.#read(layer), rows);
  }
  forwardTraining(rows, random) {
    this.#begin(rows, true);
    for (const layer of this.#layers) {
      layer.forward(this.#kernel, this.#read(layer), rows);
      layer.dropOut(this.#kernel, rows, random);
    }
  }
  backward(rows) {
    if (rows !== this.#rows) throw new RangeError(`backward of ${rows} rows after forward of ${this.#rows}`);
    for (const layer of this.#layers.toReversed()) {
      layer.backward(this.#kernel, this.#read(layer), rows, this.#isTraining);
    }
  }
  step(options) {
    const frozen = options.frozenLayers ?? NOTHING;
    checkFrozenLayers(this.spec, frozen);
    const restore = this.#keepPartlyFrozen(frozen);
    try {
      const learning = this.#layers.filter(({ planned }) => planned.parts.some(isLearning(frozen)));
      return this.#adam(learning, options);
    } finally {
      restore();
    }
  }
  readParameters() {
    return this.#readFlat(this.#regions.parameters);
  }
  writeParameters(values) {
    this.#writeFlat(this.#regions.parameters, values);
  }
  blendParameters(other, tau) {
    if (!(other instanceof _MlpNetwork)) throw new RangeError("a network of another engine");
    checkSameSpec(other.spec, this.spec);
    const mine = this.#parameters();
    const theirs = other.#parameters();
    if (tau === 1) mine.set(theirs);
    else blend(mine, theirs, tau);
  }
  readGradients() {
    return this.#readFlat(this.#regions.gradients);
  }
  readOptimiser() {
    return {
      step: this.#steps,
      firstMoment: this.#readFlat(this.#regions.firstMoments),
      secondMoment: this.#readFlat(this.#regions.secondMoments)
    };
  }
  writeOptimiser({ step, firstMoment, secondMoment }) {
    this.#writeFlat(this.#regions.firstMoments, firstMoment);
    this.#writeFlat(this.#regions.secondMoments, secondMoment);
    this.#steps = step;
  }
  /** Its memory is freed with it. */
  dispose() {
  }
  #begin(rows, isTraining) {
    checkRows(rows, this.maxRows);
    const { address, stride } = this.#inputBlock;
    const squares = this.#kernel.sumOfSquares(address, rows * stride);
    if (!Number.isFinite(squares)) checkFinite2(this.input, rows);
    this.#rows = rows;
    this.#isTraining = isTraining;
  }
  #read({ from }) {
    return from ? from.read(this.#isTraining) : this.#inputBlock;
  }
  #parameters() {
    const { parameters } = this.#regions;
    return this.#kernel.memory.subarray(parameters, parameters + this.#layout.paddedCount);
  }
  #adam(layers, options) {
    let squares = 0;
    for (const { planned } of layers) {
      squares += this.#kernel.sumOfSquares(this.#regions.gradients + planned.offset, planned.count);
    }
    const norm = Math.sqrt(squares);
    const step = adamStep(options, this.#steps + 1, norm);
    this.#steps += 1;
    for (const { planned } of layers) this.#kernel.adam(this.#addressesOf(planned), planned.count, step);
    return norm;
  }
  #addressesOf({ offset }) {
    const { parameters, gradients, firstMoments, secondMoments } = this.#regions;
    return {
      parameters: parameters + offset,
      gradients: gradients + offset,
      firstMoments: firstMoments + offset,
      secondMoments: secondMoments + offset
    };
  }
  #readFlat(region) {
    return readFlat(this.#kernel.memory, region, this.#layout);
  }
  #writeFlat(region, values) {
    checkParameterCount(values, this.parameterCount);
    writeFlat(this.#kernel.memory, region, this.#layout, values);
  }
  /**
   * Where some of the layers side by side are frozen and others not, the step goes over all of them: the gradients of
   * the frozen ones are 0 meanwhile, and what this returns puts everything of theirs back.
   */
  #keepPartlyFrozen(frozen) {
    const { memory } = this.#kernel;
    const { gradients } = this.#regions;
    const kept = this.#layers.flatMap(({ planned }) => {
      if (!planned.parts.some(isLearning(frozen))) return [];
      return planned.parts.filter((part) => !isLearning(frozen)(part)).flatMap((part) => {
        const rows = rowsOf(planned, part);
        const undo = Object.values(this.#regions).map((region) => keepRows(memory, region, rows));
        for (const { padded: at, count: count3 } of rows) memory.fill(0, gradients + at, gradients + at + count3);
        return undo;
      });
    });
    return () => {
      for (const undo of kept) undo();
    };
  }
};
var isLearning = (frozen) => ({ layer }) => !frozen.has(layer.spec.name);
function deepestOf({ layers }, maxRows) {
  return Math.max(padded(maxRows), ...layers.flatMap(({ inputs, units }) => [inputs, units]));
}
function blend(mine, theirs, tau) {
  for (let index = 0; index < mine.length; index++) {
    mine[index] = tau * theirs[index] + (1 - tau) * mine[index];
  }
}

// agent/rl/engine/kernelBinary.ts
var KERNEL_BINARY = "AGFzbQEAAAABSQdgBX9/f39/AGADf3t/AXtgAn9/AX1gB39/f39/f38AYBB/f39/f39/f39/f39/f39/AGAEf39/fwBgDH9/f39/fX19fXx8fQACDwEDZW52Bm1lbW9yeQIAAAMJCAECAwQABQAGB2UHEG11bHRpcGx5TWF0cmljZXMAAwttdWx0aXBseVJvdwACEm11bHRpcGx5RGVyaXZhdGl2ZQAECG11bHRpcGx5AAUKY29sdW1uU3VtcwAGDHN1bU9mU3F1YXJlcwABBGFkYW0ABwrNHAjNAwEBeyAARQRAIAEPCyAAQQFGBEAgAf0MAAAAAAAAAAAAAAAAAAAAAP3rAQ8LIABBAkYEQCAB/QxP+PxAT/j8QE/4/EBP+PxA/eoB/QxP+PzAT/j8wE/4/MBP+PzA/esBIgEgAf3mASEDIAH9DMAln6XAJZ+lwCWfpcAln6UgA/3mAf0MfjNhKn4zYSp+M2EqfjNhKv3kASAD/eYB/Qz/N72u/ze9rv83va7/N72u/eQBIAP95gH9DEEAXDNBAFwzQQBcM0EAXDP95AEgA/3mAf0MSkN5N0pDeTdKQ3k3SkN5N/3kASAD/eYB/QztDSc67Q0nOu0NJzrtDSc6/eQBIAP95gH9DNxZoDvcWaA73FmgO9xZoDv95AH95gH9DNjToDXY06A12NOgNdjToDUgA/3mAf0M1pX4ONaV+DjWlfg41pX4OP3kASAD/eYB/QwFqhQ7BaoUOwWqFDsFqhQ7/eQBIAP95gH9DN1ZoDvdWaA73VmgO91ZoDv95AH95wEPCyAC/QAEACEDIABBA0YEQCABIAP9DAAAAAAAAAAAAAAAAAAAAAD9RP1ODwsgAf0MAACAPwAAgD8AAIA/AACAPyADIAP95gH95QH95gELzwECAn8EeyABQQJ0IQNBACEBA0AgAUFAayICIANNBEAgBCAAIAFqIgH9AAQAIgQgBP3mAf3kASEEIAUgAf0ABBAiBSAF/eYB/eQBIQUgBiAB/QAEICIGIAb95gH95AEhBiAHIAH9AAQwIgcgB/3mAf3kASEHIAIhAQwBCwsDQCABIANJBEAgBCAAIAFq/QAEACIEIAT95gH95AEhBCABQRBqIQEMAQsLIAQgBf3kASAGIAf95AH95AEiBP0fACAE/R8BkiAE/R8CIAT9HwOSkguUBAIEfwl7IAVBAnQhCSAAIARBAnRqIQoDQCAHQYABaiAJTQRAIAMgB2ohCCACIAdqIgT9AAQAIQsgBP0ABBAhDCAE/QAEICENIAT9AAQwIQ4gBP0ABEAhDyAE/QAEUCEQIAT9AARgIREgBP0ABHAhEiABIAdqIQUgACEEA0AgBCAKSQRAIAsgBP0JAgAiEyAF/QAEAP3mAf3kASELIAwgEyAF/QAEEP3mAf3kASEMIA0gEyAF/QAEIP3mAf3kASENIA4gEyAF/QAEMP3mAf3kASEOIA8gEyAF/QAEQP3mAf3kASEPIBAgEyAF/QAEUP3mAf3kASEQIBEgEyAF/QAEYP3mAf3kASERIBIgEyAF/QAEcP3mAf3kASESIAUgCWohBSAEQQRqIQQMAQsLIAggBiALQQAQAP0LBAAgCCAGIAxBABAA/QsEECAIIAYgDUEAEAD9CwQgIAggBiAOQQAQAP0LBDAgCCAGIA9BABAA/QsEQCAIIAYgEEEAEAD9CwRQIAggBiARQQAQAP0LBGAgCCAGIBJBABAA/QsEcCAHQYABaiEHDAELCwNAIAcgCUkEQCACIAdq/QAEACELIAEgB2ohBSAAIQQDQCAEIApJBEAgCyAE/QkCACAF/QAEAP3mAf3kASELIAUgCWohBSAEQQRqIQQMAQsLIAMgB2ogBiALQQAQAP0LBAAgB0EQaiEHDAELCwuhDwIOfwt7A0AgByAUSwRAQYABIAcgFGsiECAQQYABSxshFSAAQQFGBEAgCUEEdCEWIAEgFEECdGohE0EAIREDQCAJIBFLBEAgDiARQQR0aiESQQAhEANAIBAgFUkEQCASIBMgEEECdGr9AAQA/QsEACASIBZqIRIgEEEEaiEQDAELCyACIBNqIRMgEUEBaiERDAELCwUgASACIBRsaiERIA4hEEEAIRMDQCATIBVJBEAgESACIBNsaiEWQQAhEgNAIAkgEksEQCAQIBYgEkECdGoiF/0ABAAiHiACIBdq/QAEACIf/Q0AAQIDEBESEwQFBgcUFRYXIiAgFyACQQF0av0ABAAiISAXIAJBA2xq/QAEACIi/Q0AAQIDEBESEwQFBgcUFRYXIiP9DQABAgMEBQYHEBESExQVFhf9CwQAIBAgICAj/Q0ICQoLDA0ODxgZGhscHR4f/QsEECAQIB4gH/0NCAkKCxgZGhsMDQ4PHB0eHyIeICEgIv0NCAkKCxgZGhsMDQ4PHB0eHyIf/Q0AAQIDBAUGBxAREhMUFRYX/QsEICAQIB4gH/0NCAkKCwwNDg8YGRobHB0eH/0LBDAgEEFAayEQIBJBBGohEgwBCwsgE0EEaiETDAELCwtBACETA0AgCCATSwRAIAggE2tBCE8hGCATQQJ0IRkgAEECRgRAIAMgBCATbGohEiAPIRBBACERA0AgCSARSwRAIBAgEiARQQJ0aiIW/QAEACIeIAQgFmr9AAQAIh/9DQABAgMQERITBAUGBxQVFhciICAEQQF0IhcgFmr9AAQAIiEgBEEDbCIaIBZq/QAEACIi/Q0AAQIDEBESEwQFBgcUFRYXIiP9DQABAgMEBQYHEBESExQVFhf9CwQAIBAgICAj/Q0ICQoLDA0ODxgZGhscHR4f/QsEICAQQUBrIB4gH/0NCAkKCxgZGhsMDQ4PHB0eHyIeICEgIv0NCAkKCxgZGhsMDQ4PHB0eHyIf/Q0AAQIDBAUGBxAREhMUFRYX/QsEACAQIB4gH/0NCAkKCwwNDg8YGRobHB0eH/0LBGAgGARAIBBBEGoiGyAWIARBAnRqIhb9AAQAIh4gBCAWav0ABAAiH/0NAAECAxAREhMEBQYHFBUWFyIgIBYgF2r9AAQAIiEgFiAaav0ABAAiIv0NAAECAxAREhMEBQYHFBUWFyIj/Q0AAQIDBAUGBxAREhMUFRYX/QsEACAbICAgI/0NCAkKCwwNDg8YGRobHB0eH/0LBCAgG0FAayAeIB/9DQgJCgsYGRobDA0ODxwdHh8iHiAhICL9DQgJCgsYGRobDA0ODxwdHh8iH/0NAAECAwQFBgcQERITFBUWF/0LBAAgGyAeIB/9DQgJCgsMDQ4PGBkaGxwdHh/9CwRgCyAQQYABaiEQIBFBBGohEQwBCwsFIAMgGWohESAPIRBBACESA0AgCSASSwRAIBAgEf0ABAD9CwQAIBgEQCAQIBH9AAQQ/QsEEAsgBCARaiERIBBBIGohECASQQFqIRIMAQsLC0EAIRIDQCASIBVJBEAgDiASIAlBAnRsaiEQIAogEiAUaiIRIAtsaiAZaiEaIAYgEWwgGWohFiAYBEAgDyERIAUgFmohGyANIBZqIRYgCyAaaiIXIAtqIhwgC2ohHSAa/QAEACEeIBr9AAQQIR8gF/0ABAAhICAX/QAEECEhIBz9AAQAISIgHP0ABBAhIyAd/QAEACEkIB39AAQQISUgECAJQQR0aiEXA0AgECAXSQRAIB4gEP0JAgAiJyAR/QAEACIm/eYB/eQBIR4gHyAnIBH9AAQQIif95gH95AEhHyAgIBD9CQIEIiggJv3mAf3kASEgICEgKCAn/eYB/eQBISEgIiAQ/QkCCCIoICb95gH95AEhIiAjICggJ/3mAf3kASEjICQgEP0JAgwiKCAm/eYB/eQBISQgJSAoICf95gH95AEhJSARQSBqIREgEEEQaiEQDAELCyAbIAwgHiAWEAD9CwQAIBsgDCAfIBZBEGoQAP0LBBAgBiAbaiIQIAwgICAGIBZqIhEQAP0LBAAgECAMICEgEUEQahAA/QsEECAGQQF0IhAgG2oiESAMICIgECAWaiIQEAD9CwQAIBEgDCAjIBBBEGoQAP0LBBAgBkEDbCIQIBtqIhEgDCAkIBAgFmoiEBAA/QsEACARIAwgJSAQQRBqEAD9CwQQBSAFIBZqIRcgDSAWaiEWIBr9AAQAIR4gCyAaav0ABAAhHyAaIAtBAXRq/QAEACEgIBogC0EDbGr9AAQAISEgECAJQQR0aiEaIA8hEQNAIBAgGkkEQCAeIBD9CQIAIBH9AAQAIiL95gH95AEhHiAfIBD9CQIEICL95gH95AEhHyAgIBD9CQIIICL95gH95AEhICAhIBD9CQIMICL95gH95AEhISARQSBqIREgEEEQaiEQDAELCyAXIAwgHiAWEAD9CwQAIAYgF2ogDCAfIAYgFmoQAP0LBAAgBkEBdCIQIBdqIAwgICAQIBZqEAD9CwQAIAZBA2wiECAXaiAMICEgECAWahAA/QsEAAsgEkEEaiESDAELCyATQQhqIRMMAQsLIBRBgAFqIRQMAQsLCz4BAX8gA0ECdCEFQQAhAwNAIAMgBUkEQCACIANqIAQgACADav0ABAAgASADahAA/QsEACADQRBqIQMMAQsLC0EBAX8gA0ECdCEEQQAhAwNAIAMgBEkEQCACIANqIAAgA2r9AAQAIAEgA2r9AAQA/eYB/QsEACADQRBqIQMMAQsLC3ECBH8BewNAIAMgBUsEQP0MAAAAAAAAAAAAAAAAAAAAACEJIAVBAnQiCCAAaiEGQQAhBwNAIAIgB0sEQCAJIAb9AAQA/eQBIQkgASAGaiEGIAdBAWohBwwBCwsgBCAIaiAJ/QsEACAFQQRqIQUMAQsLC/4BAgd7A38gC/0TIQ0gCbb9EyEOIAq2/RMhD0QAAAAAAADwPyAJobb9EyEQRAAAAAAAAPA/IAqhtv0TIREgBEECdCETQQAhBANAIAQgE0kEQCACIARqIhT9AAQAIA795gEgASAEav0ABAAgCP0T/eYBIhIgEP3mAf3kASEMIAMgBGoiFf0ABAAgD/3mASASIBL95gEgEf3mAf3kASESIBQgDCAM/eABIA39Rv1O/QsEACAVIBIgEiAN/Ub9Tv0LBAAgACAEaiIUIBT9AAQAIAwgBf0T/eYBIBL94wEgBv0T/eYBIAf9E/3kAf3nAf3lAf0LBAAgBEEQaiEEDAELCws=";

// agent/rl/engine/wasmKernel.ts
var PLAIN = 0;
var A_TRANSPOSED = 1;
var B_TRANSPOSED = 2;
var FUNCTION = { linear: 0, relu: 1, tanh: 2 };
var DERIVATIVE = { linear: 0, relu: 3, tanh: 4 };
var PACKED_ROWS = 128;
var PACKED_COLUMNS = 8;
var PAGE_BYTES = 65536;
var compiled;
var WasmKernel = class {
  memory;
  #simd;
  /** Behind the floats: a row of zeros to begin sums at, and the panels of packed factors. In bytes. */
  #zeros;
  #packedA;
  #packedB;
  constructor(floats, deepest) {
    this.#zeros = 4 * floats;
    this.#packedA = this.#zeros + 4 * deepest;
    this.#packedB = this.#packedA + 4 * PACKED_ROWS * deepest;
    const bytes = this.#packedB + 4 * PACKED_COLUMNS * deepest;
    const pages = Math.ceil(bytes / PAGE_BYTES);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    compiled ??= new WebAssembly.Module(decode2(KERNEL_BINARY));
    this.#simd = new WebAssembly.Instance(compiled, { env: { memory } }).exports;
    this.memory = new Float32Array(memory.buffer, 0, floats);
  }
  forward(x, weights, bias, outputs, size2, rows, activation) {
    if (rows > 1) {
      const f = FUNCTION[activation];
      this.#multiply(PLAIN, x, weights, outputs, rows, size2.units, size2.inputs, 4 * bias, 0, f, 0);
      return;
    }
    this.#simd.multiplyRow(
      4 * x.address,
      4 * weights.address,
      4 * bias,
      4 * outputs.address,
      size2.inputs,
      size2.units,
      FUNCTION[activation]
    );
  }
  weightGradients(x, gradient, result, biasResult, size2, rows) {
    this.#multiply(A_TRANSPOSED, x, gradient, result, size2.inputs, size2.units, rows, this.#zeros, 0, 0, 0);
    this.#simd.columnSums(4 * gradient.address, 4 * gradient.stride, rows, size2.units, 4 * biasResult);
  }
  inputGradients(gradient, weights, result, size2, rows, adds, activation, outputs) {
    const start = adds ? 4 * result.address : this.#zeros;
    const startStride = adds ? 4 * result.stride : 0;
    const f = DERIVATIVE[activation];
    const { inputs, units } = size2;
    const at = 4 * outputs.address;
    this.#multiply(B_TRANSPOSED, gradient, weights, result, rows, inputs, units, start, startStride, f, at);
  }
  activationGradient(gradient, outputs, result, count3, activation) {
    const f = DERIVATIVE[activation];
    this.#simd.multiplyDerivative(4 * gradient, 4 * outputs, 4 * result, count3, f);
  }
  multiply(a, b, result, count3) {
    this.#simd.multiply(4 * a, 4 * b, 4 * result, count3);
  }
  sumOfSquares(address, count3) {
    return this.#simd.sumOfSquares(4 * address, count3);
  }
  adam(at, count3, step) {
    this.#simd.adam(
      4 * at.parameters,
      4 * at.gradients,
      4 * at.firstMoments,
      4 * at.secondMoments,
      count3,
      step.rate,
      step.secondScale,
      step.epsilon,
      step.gradientScale,
      BETA1,
      BETA2,
      LEAST_MOMENT
    );
  }
  #multiply(form, a, b, c, m, n, k, startBytes, startStrideBytes, f, outputsBytes) {
    this.#simd.multiplyMatrices(
      form,
      4 * a.address,
      4 * a.stride,
      4 * b.address,
      4 * b.stride,
      4 * c.address,
      4 * c.stride,
      m,
      n,
      k,
      startBytes,
      startStrideBytes,
      f,
      outputsBytes,
      this.#packedA,
      this.#packedB
    );
  }
};
function decode2(base642) {
  return Uint8Array.from(atob(base642), (character) => character.charCodeAt(0));
}

// agent/rl/engine/engines.ts
var KERNELS = {
  wasm: (floats, deepest) => new WasmKernel(floats, deepest),
  js: (floats, deepest) => new JsKernel(floats, deepest)
};
function createEngine(name) {
  const createKernel = KERNELS[name];
  return {
    name,
    createNetwork: (spec, { maxRows, random }) => new MlpNetwork(spec, maxRows, random, createKernel)
  };
}

// agent/rl/policy/crc32c.ts
function crc32c(bytes, previous = 0) {
  let crc = ~previous;
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 255] ^ crc >>> 8;
  return ~crc >>> 0;
}
var POLYNOMIAL = 2197175160;
var TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >>> 1 ^ POLYNOMIAL : crc >>> 1;
  return crc;
});

// node_modules/pbf/index.js
var SHIFT_LEFT_32 = (1 << 16) * (1 << 16);
var SHIFT_RIGHT_32 = 1 / SHIFT_LEFT_32;
var TEXT_DECODER_MIN_LENGTH = 12;
var utf8TextDecoder = typeof TextDecoder === "undefined" ? null : new TextDecoder("utf-8");
var PBF_VARINT = 0;
var PBF_FIXED64 = 1;
var PBF_BYTES = 2;
var PBF_FIXED32 = 5;
var PbfReader = class {
  /**
   * @param {Uint8Array | ArrayBuffer} buf
   */
  constructor(buf) {
    this.buf = ArrayBuffer.isView(buf) ? buf : new Uint8Array(buf);
    this.dataView = new DataView(this.buf.buffer, this.buf.byteOffset, this.buf.byteLength);
    this.pos = 0;
    this.type = 0;
    this._valueStart = -1;
    this.length = this.buf.length;
  }
  /**
   * @template T
   * @param {(tag: number, result: T, pbf: PbfReader) => void} readField
   * @param {T} result
   * @param {number} [end]
   */
  readFields(readField, result, end = this.length) {
    let field2;
    while (field2 = this.nextField(end)) {
      readField(field2, result, this);
    }
    return result;
  }
  /**
   * @template T
   * @param {(tag: number, result: T, pbf: PbfReader) => void} readField
   * @param {T} result
   */
  readMessage(readField, result) {
    return this.readFields(readField, result, this.readVarint() + this.pos);
  }
  readFixed32() {
    const val = this.dataView.getUint32(this.pos, true);
    this.pos += 4;
    return val;
  }
  readSFixed32() {
    const val = this.dataView.getInt32(this.pos, true);
    this.pos += 4;
    return val;
  }
  // 64-bit int handling is based on github.com/dpw/node-buffer-more-ints (MIT-licensed)
  readFixed64() {
    const val = this.dataView.getUint32(this.pos, true) + this.dataView.getUint32(this.pos + 4, true) * SHIFT_LEFT_32;
    this.pos += 8;
    return val;
  }
  readSFixed64() {
    const val = this.dataView.getUint32(this.pos, true) + this.dataView.getInt32(this.pos + 4, true) * SHIFT_LEFT_32;
    this.pos += 8;
    return val;
  }
  readFloat() {
    const val = this.dataView.getFloat32(this.pos, true);
    this.pos += 4;
    return val;
  }
  readDouble() {
    const val = this.dataView.getFloat64(this.pos, true);
    this.pos += 8;
    return val;
  }
  /**
   * @param {boolean} [isSigned]
   */
  readVarint(isSigned) {
    const buf = this.buf;
    const b0 = buf[this.pos++];
    if (b0 < 128) return b0;
    let val = b0 & 127, b;
    b = buf[this.pos++];
    val |= (b & 127) << 7;
    if (b < 128) return val;
    b = buf[this.pos++];
    val |= (b & 127) << 14;
    if (b < 128) return val;
    b = buf[this.pos++];
    val |= (b & 127) << 21;
    if (b < 128) return val;
    b = buf[this.pos];
    val |= (b & 15) << 28;
    return readVarintRemainder(val, isSigned, this);
  }
  readSVarint() {
    const num = this.readVarint();
    return num % 2 === 1 ? (num + 1) / -2 : num / 2;
  }
  readBoolean() {
    return Boolean(this.readVarint());
  }
  readString() {
    const end = this.readVarint() + this.pos;
    const pos = this.pos;
    this.pos = end;
    if (end - pos >= TEXT_DECODER_MIN_LENGTH && utf8TextDecoder) {
      return utf8TextDecoder.decode(this.buf.subarray(pos, end));
    }
    return readUtf8(this.buf, pos, end);
  }
  readBytes() {
    const end = this.readVarint() + this.pos, buffer = this.buf.subarray(this.pos, end);
    this.pos = end;
    return buffer;
  }
  // verbose for performance reasons; doesn't affect gzipped size
  /**
   * @param {number[]} [arr]
   * @param {boolean} [isSigned]
   */
  readPackedVarint(arr = [], isSigned) {
    const end = this.readPackedEnd();
    while (this.pos < end) arr.push(this.readVarint(isSigned));
    return arr;
  }
  /** @param {number[]} [arr] */
  readPackedSVarint(arr = []) {
    const end = this.readPackedEnd();
    while (this.pos < end) arr.push(this.readSVarint());
    return arr;
  }
  /** @param {boolean[]} [arr] */
  readPackedBoolean(arr = []) {
    const end = this.readPackedEnd();
    while (this.pos < end) arr.push(this.readBoolean());
    return arr;
  }
  /** @param {number[]} [arr] */
  readPackedFloat(arr = []) {
    const end = this.readPackedEnd();
    while (this.pos < end) arr.push(this.readFloat());
    return arr;
  }
  /** @param {number[]} [arr] */
  readPackedDouble(arr = []) {
    const end = this.readPackedEnd();
    while (this.pos < end) arr.push(this.readDouble());
    return arr;
  }
  /** @param {number[]} [arr] */
  readPackedFixed32(arr = []) {
    const end = this.readPackedEnd();
    while (this.pos < end) arr.push(this.readFixed32());
    return arr;
  }
  /** @param {number[]} [arr] */
  readPackedSFixed32(arr = []) {
    const end = this.readPackedEnd();
    while (this.pos < end) arr.push(this.readSFixed32());
    return arr;
  }
  /** @param {number[]} [arr] */
  readPackedFixed64(arr = []) {
    const end = this.readPackedEnd();
    while (this.pos < end) arr.push(this.readFixed64());
    return arr;
  }
  /** @param {number[]} [arr] */
  readPackedSFixed64(arr = []) {
    const end = this.readPackedEnd();
    while (this.pos < end) arr.push(this.readSFixed64());
    return arr;
  }
  readPackedEnd() {
    return this.type === PBF_BYTES ? this.readVarint() + this.pos : this.pos + 1;
  }
  /**
   * Advance to the next field. Returns the field number, or 0 at end-of-message.
   * @param {number} [end]
   */
  nextField(end = this.length) {
    if (this.pos === this._valueStart) this.skip(this.type);
    if (this.pos >= end) return 0;
    const tag = this.readVarint();
    this.type = tag & 7;
    this._valueStart = this.pos;
    return tag >>> 3;
  }
  /** @param {number} val */
  skip(val) {
    const type = val & 7;
    if (type === PBF_VARINT) while (this.buf[this.pos++] > 127) {
    }
    else if (type === PBF_BYTES) this.pos = this.readVarint() + this.pos;
    else if (type === PBF_FIXED32) this.pos += 4;
    else if (type === PBF_FIXED64) this.pos += 8;
    else throw new Error(`Unimplemented type: ${type}`);
  }
};
var PbfWriter = class {
  /**
   * @param {Uint8Array | ArrayBuffer} [buf]
   */
  constructor(buf = new Uint8Array(16)) {
    this.buf = ArrayBuffer.isView(buf) ? buf : new Uint8Array(buf);
    this.dataView = new DataView(this.buf.buffer, this.buf.byteOffset, this.buf.byteLength);
    this.pos = 0;
    this.length = this.buf.length;
  }
  /**
   * @param {number} tag
   * @param {number} type
   */
  writeTag(tag, type) {
    this.writeVarint(tag << 3 | type);
  }
  /** @param {number} min */
  realloc(min) {
    let length = this.length || 16;
    while (length < this.pos + min) length *= 2;
    if (length !== this.length) {
      const buf = new Uint8Array(length);
      buf.set(this.buf);
      this.buf = buf;
      this.dataView = new DataView(buf.buffer);
      this.length = length;
    }
  }
  finish() {
    this.length = this.pos;
    this.pos = 0;
    return this.buf.subarray(0, this.length);
  }
  /** @param {number} val */
  writeFixed32(val) {
    this.realloc(4);
    this.dataView.setInt32(this.pos, val, true);
    this.pos += 4;
  }
  /** @param {number} val */
  writeSFixed32(val) {
    this.realloc(4);
    this.dataView.setInt32(this.pos, val, true);
    this.pos += 4;
  }
  /** @param {number} val */
  writeFixed64(val) {
    this.realloc(8);
    this.dataView.setInt32(this.pos, val & -1, true);
    this.dataView.setInt32(this.pos + 4, Math.floor(val * SHIFT_RIGHT_32), true);
    this.pos += 8;
  }
  /** @param {number} val */
  writeSFixed64(val) {
    this.realloc(8);
    this.dataView.setInt32(this.pos, val & -1, true);
    this.dataView.setInt32(this.pos + 4, Math.floor(val * SHIFT_RIGHT_32), true);
    this.pos += 8;
  }
  /** @param {number} val */
  writeVarint(val) {
    val = +val || 0;
    if (val >= 0 && val < 128) {
      if (this.pos >= this.length) this.realloc(1);
      this.buf[this.pos++] = val;
      return;
    }
    if (val > 268435455 || val < 0) {
      writeBigVarint(val, this);
      return;
    }
    this.realloc(4);
    this.buf[this.pos++] = val & 127 | (val > 127 ? 128 : 0);
    if (val <= 127) return;
    this.buf[this.pos++] = (val >>>= 7) & 127 | (val > 127 ? 128 : 0);
    if (val <= 127) return;
    this.buf[this.pos++] = (val >>>= 7) & 127 | (val > 127 ? 128 : 0);
    if (val <= 127) return;
    this.buf[this.pos++] = val >>> 7 & 127;
  }
  /** @param {number} val */
  writeSVarint(val) {
    this.writeVarint(val < 0 ? -val * 2 - 1 : val * 2);
  }
  /** @param {boolean} val */
  writeBoolean(val) {
    this.writeVarint(+val);
  }
  /** @param {string} str */
  writeString(str) {
    str = String(str);
    this.realloc(str.length * 4);
    this.pos++;
    const startPos = this.pos;
    this.pos = writeUtf8(this.buf, str, this.pos);
    const len = this.pos - startPos;
    if (len >= 128) makeRoomForExtraLength(startPos, len, this);
    this.pos = startPos - 1;
    this.writeVarint(len);
    this.pos += len;
  }
  /** @param {number} val */
  writeFloat(val) {
    this.realloc(4);
    this.dataView.setFloat32(this.pos, val, true);
    this.pos += 4;
  }
  /** @param {number} val */
  writeDouble(val) {
    this.realloc(8);
    this.dataView.setFloat64(this.pos, val, true);
    this.pos += 8;
  }
  /** @param {Uint8Array} buffer */
  writeBytes(buffer) {
    const len = buffer.length;
    this.writeVarint(len);
    this.realloc(len);
    this.buf.set(buffer, this.pos);
    this.pos += len;
  }
  /**
   * @template T
   * @param {(obj: T, pbf: PbfWriter) => void} fn
   * @param {T} obj
   */
  writeRawMessage(fn, obj) {
    this.pos++;
    const startPos = this.pos;
    fn(obj, this);
    const len = this.pos - startPos;
    if (len >= 128) makeRoomForExtraLength(startPos, len, this);
    this.pos = startPos - 1;
    this.writeVarint(len);
    this.pos += len;
  }
  /**
   * @template T
   * @param {number} tag
   * @param {(obj: T, pbf: PbfWriter) => void} fn
   * @param {T} obj
   */
  writeMessage(tag, fn, obj) {
    this.writeTag(tag, PBF_BYTES);
    this.writeRawMessage(fn, obj);
  }
  /**
   * @param {number} tag
   * @param {number[]} arr
   */
  writePackedVarint(tag, arr) {
    if (arr.length) this.writeMessage(tag, writePackedVarint, arr);
  }
  /**
   * @param {number} tag
   * @param {number[]} arr
   */
  writePackedSVarint(tag, arr) {
    if (arr.length) this.writeMessage(tag, writePackedSVarint, arr);
  }
  /**
   * @param {number} tag
   * @param {boolean[]} arr
   */
  writePackedBoolean(tag, arr) {
    if (arr.length) this.writeMessage(tag, writePackedBoolean, arr);
  }
  /**
   * @param {number} tag
   * @param {number[]} arr
   */
  writePackedFloat(tag, arr) {
    if (arr.length) this.writeMessage(tag, writePackedFloat, arr);
  }
  /**
   * @param {number} tag
   * @param {number[]} arr
   */
  writePackedDouble(tag, arr) {
    if (arr.length) this.writeMessage(tag, writePackedDouble, arr);
  }
  /**
   * @param {number} tag
   * @param {number[]} arr
   */
  writePackedFixed32(tag, arr) {
    if (arr.length) this.writeMessage(tag, writePackedFixed32, arr);
  }
  /**
   * @param {number} tag
   * @param {number[]} arr
   */
  writePackedSFixed32(tag, arr) {
    if (arr.length) this.writeMessage(tag, writePackedSFixed32, arr);
  }
  /**
   * @param {number} tag
   * @param {number[]} arr
   */
  writePackedFixed64(tag, arr) {
    if (arr.length) this.writeMessage(tag, writePackedFixed64, arr);
  }
  /**
   * @param {number} tag
   * @param {number[]} arr
   */
  writePackedSFixed64(tag, arr) {
    if (arr.length) this.writeMessage(tag, writePackedSFixed64, arr);
  }
  /**
   * @param {number} tag
   * @param {Uint8Array} buffer
   */
  writeBytesField(tag, buffer) {
    this.writeTag(tag, PBF_BYTES);
    this.writeBytes(buffer);
  }
  /**
   * @param {number} tag
   * @param {number} val
   */
  writeFixed32Field(tag, val) {
    this.writeTag(tag, PBF_FIXED32);
    this.writeFixed32(val);
  }
  /**
   * @param {number} tag
   * @param {number} val
   */
  writeSFixed32Field(tag, val) {
    this.writeTag(tag, PBF_FIXED32);
    this.writeSFixed32(val);
  }
  /**
   * @param {number} tag
   * @param {number} val
   */
  writeFixed64Field(tag, val) {
    this.writeTag(tag, PBF_FIXED64);
    this.writeFixed64(val);
  }
  /**
   * @param {number} tag
   * @param {number} val
   */
  writeSFixed64Field(tag, val) {
    this.writeTag(tag, PBF_FIXED64);
    this.writeSFixed64(val);
  }
  /**
   * @param {number} tag
   * @param {number} val
   */
  writeVarintField(tag, val) {
    this.writeTag(tag, PBF_VARINT);
    this.writeVarint(val);
  }
  /**
   * @param {number} tag
   * @param {number} val
   */
  writeSVarintField(tag, val) {
    this.writeTag(tag, PBF_VARINT);
    this.writeSVarint(val);
  }
  /**
   * @param {number} tag
   * @param {string} str
   */
  writeStringField(tag, str) {
    this.writeTag(tag, PBF_BYTES);
    this.writeString(str);
  }
  /**
   * @param {number} tag
   * @param {number} val
   */
  writeFloatField(tag, val) {
    this.writeTag(tag, PBF_FIXED32);
    this.writeFloat(val);
  }
  /**
   * @param {number} tag
   * @param {number} val
   */
  writeDoubleField(tag, val) {
    this.writeTag(tag, PBF_FIXED64);
    this.writeDouble(val);
  }
  /**
   * @param {number} tag
   * @param {boolean} val
   */
  writeBooleanField(tag, val) {
    this.writeVarintField(tag, +val);
  }
};
function readVarintRemainder(l, s, p) {
  const buf = p.buf;
  let h, b;
  b = buf[p.pos++];
  h = (b & 112) >> 4;
  if (b < 128) return toNum(l, h, s);
  b = buf[p.pos++];
  h |= (b & 127) << 3;
  if (b < 128) return toNum(l, h, s);
  b = buf[p.pos++];
  h |= (b & 127) << 10;
  if (b < 128) return toNum(l, h, s);
  b = buf[p.pos++];
  h |= (b & 127) << 17;
  if (b < 128) return toNum(l, h, s);
  b = buf[p.pos++];
  h |= (b & 127) << 24;
  if (b < 128) return toNum(l, h, s);
  b = buf[p.pos++];
  h |= (b & 1) << 31;
  if (b < 128) return toNum(l, h, s);
  throw new Error("Expected varint not more than 10 bytes");
}
function toNum(low, high, isSigned) {
  return isSigned ? high * 4294967296 + (low >>> 0) : (high >>> 0) * 4294967296 + (low >>> 0);
}
function writeBigVarint(val, pbf) {
  let low, high;
  if (val >= 0) {
    low = val % 4294967296 | 0;
    high = val / 4294967296 | 0;
  } else {
    low = ~(-val % 4294967296);
    high = ~(-val / 4294967296);
    if (low ^ 4294967295) {
      low = low + 1 | 0;
    } else {
      low = 0;
      high = high + 1 | 0;
    }
  }
  if (val >= 18446744073709552e3 || val < -18446744073709552e3) {
    throw new Error("Given varint doesn't fit into 10 bytes");
  }
  pbf.realloc(10);
  writeBigVarintLow(low, high, pbf);
  writeBigVarintHigh(high, pbf);
}
function writeBigVarintLow(low, high, pbf) {
  pbf.buf[pbf.pos++] = low & 127 | 128;
  low >>>= 7;
  pbf.buf[pbf.pos++] = low & 127 | 128;
  low >>>= 7;
  pbf.buf[pbf.pos++] = low & 127 | 128;
  low >>>= 7;
  pbf.buf[pbf.pos++] = low & 127 | 128;
  low >>>= 7;
  pbf.buf[pbf.pos] = low & 127;
}
function writeBigVarintHigh(high, pbf) {
  const lsb = (high & 7) << 4;
  pbf.buf[pbf.pos++] |= lsb | ((high >>>= 3) ? 128 : 0);
  if (!high) return;
  pbf.buf[pbf.pos++] = high & 127 | ((high >>>= 7) ? 128 : 0);
  if (!high) return;
  pbf.buf[pbf.pos++] = high & 127 | ((high >>>= 7) ? 128 : 0);
  if (!high) return;
  pbf.buf[pbf.pos++] = high & 127 | ((high >>>= 7) ? 128 : 0);
  if (!high) return;
  pbf.buf[pbf.pos++] = high & 127 | ((high >>>= 7) ? 128 : 0);
  if (!high) return;
  pbf.buf[pbf.pos++] = high & 127;
}
function makeRoomForExtraLength(startPos, len, pbf) {
  const extraLen = len <= 16383 ? 1 : len <= 2097151 ? 2 : len <= 268435455 ? 3 : Math.floor(Math.log(len) / (Math.LN2 * 7));
  pbf.realloc(extraLen);
  pbf.buf.copyWithin(startPos + extraLen, startPos, pbf.pos);
}
function writePackedVarint(arr, pbf) {
  const n = arr.length;
  let buf = pbf.buf, pos = pbf.pos, limit2 = pbf.length;
  for (let i = 0; i < n; i++) {
    let val = arr[i];
    if (val < 0 || pos + 10 > limit2) {
      pbf.pos = pos;
      pbf.writeVarint(val);
      buf = pbf.buf;
      pos = pbf.pos;
      limit2 = pbf.length;
      continue;
    }
    while (val > 127) {
      buf[pos++] = val % 128 | 128;
      val = Math.floor(val / 128);
    }
    buf[pos++] = val;
  }
  pbf.pos = pos;
}
function writePackedSVarint(arr, pbf) {
  for (let i = 0; i < arr.length; i++) pbf.writeSVarint(arr[i]);
}
function writePackedFloat(arr, pbf) {
  for (let i = 0; i < arr.length; i++) pbf.writeFloat(arr[i]);
}
function writePackedDouble(arr, pbf) {
  for (let i = 0; i < arr.length; i++) pbf.writeDouble(arr[i]);
}
function writePackedBoolean(arr, pbf) {
  for (let i = 0; i < arr.length; i++) pbf.writeBoolean(arr[i]);
}
function writePackedFixed32(arr, pbf) {
  for (let i = 0; i < arr.length; i++) pbf.writeFixed32(arr[i]);
}
function writePackedSFixed32(arr, pbf) {
  for (let i = 0; i < arr.length; i++) pbf.writeSFixed32(arr[i]);
}
function writePackedFixed64(arr, pbf) {
  for (let i = 0; i < arr.length; i++) pbf.writeFixed64(arr[i]);
}
function writePackedSFixed64(arr, pbf) {
  for (let i = 0; i < arr.length; i++) pbf.writeSFixed64(arr[i]);
}
function readUtf8(buf, pos, end) {
  let str = "";
  let i = pos;
  while (i < end) {
    const b0 = buf[i];
    let c = null;
    let bytesPerSequence = b0 > 239 ? 4 : b0 > 223 ? 3 : b0 > 191 ? 2 : 1;
    if (i + bytesPerSequence > end) break;
    let b1, b2, b3;
    if (bytesPerSequence === 1) {
      if (b0 < 128) {
        c = b0;
      }
    } else if (bytesPerSequence === 2) {
      b1 = buf[i + 1];
      if ((b1 & 192) === 128) {
        c = (b0 & 31) << 6 | b1 & 63;
        if (c <= 127) {
          c = null;
        }
      }
    } else if (bytesPerSequence === 3) {
      b1 = buf[i + 1];
      b2 = buf[i + 2];
      if ((b1 & 192) === 128 && (b2 & 192) === 128) {
        c = (b0 & 15) << 12 | (b1 & 63) << 6 | b2 & 63;
        if (c <= 2047 || c >= 55296 && c <= 57343) {
          c = null;
        }
      }
    } else if (bytesPerSequence === 4) {
      b1 = buf[i + 1];
      b2 = buf[i + 2];
      b3 = buf[i + 3];
      if ((b1 & 192) === 128 && (b2 & 192) === 128 && (b3 & 192) === 128) {
        c = (b0 & 15) << 18 | (b1 & 63) << 12 | (b2 & 63) << 6 | b3 & 63;
        if (c <= 65535 || c >= 1114112) {
          c = null;
        }
      }
    }
    if (c === null) {
      c = 65533;
      bytesPerSequence = 1;
    } else if (c > 65535) {
      c -= 65536;
      str += String.fromCharCode(c >>> 10 & 1023 | 55296);
      c = 56320 | c & 1023;
    }
    str += String.fromCharCode(c);
    i += bytesPerSequence;
  }
  return str;
}
function writeUtf8(buf, str, pos) {
  for (let i = 0, c, lead; i < str.length; i++) {
    c = str.charCodeAt(i);
    if (c > 55295 && c < 57344) {
      if (lead) {
        if (c < 56320) {
          buf[pos++] = 239;
          buf[pos++] = 191;
          buf[pos++] = 189;
          lead = c;
          continue;
        } else {
          c = lead - 55296 << 10 | c - 56320 | 65536;
          lead = null;
        }
      } else {
        if (c > 56319 || i + 1 === str.length) {
          buf[pos++] = 239;
          buf[pos++] = 191;
          buf[pos++] = 189;
        } else {
          lead = c;
        }
        continue;
      }
    } else if (lead) {
      buf[pos++] = 239;
      buf[pos++] = 191;
      buf[pos++] = 189;
      lead = null;
    }
    if (c < 128) {
      buf[pos++] = c;
    } else {
      if (c < 2048) {
        buf[pos++] = c >> 6 | 192;
      } else {
        if (c < 65536) {
          buf[pos++] = c >> 12 | 224;
        } else {
          buf[pos++] = c >> 18 | 240;
          buf[pos++] = c >> 12 & 63 | 128;
        }
        buf[pos++] = c >> 6 & 63 | 128;
      }
      buf[pos++] = c & 63 | 128;
    }
  }
  return pos;
}

// agent/rl/policy/onnx/malformed.ts
var Malformed = class extends Error {
  constructor(what) {
    super(what);
    this.name = "Malformed";
  }
};

// agent/rl/policy/onnx/decode.ts
var VARINT = 0;
var FIXED64 = 1;
var BYTES = 2;
var FIXED32 = 5;
function decodeOnnx(bytes) {
  try {
    const reader = new PbfReader(bytes);
    return readModel(reader, reader.length);
  } catch (error2) {
    if (error2 instanceof Malformed) throw error2;
    throw new Malformed("it ends in the middle of a field, or is no protobuf");
  }
}
function readModel(reader, end) {
  const metadata = /* @__PURE__ */ new Map();
  const model = { irVersion: 0, producerName: "", opset: 0 };
  const graphs = [];
  readFields(reader, end, (field2) => {
    if (field2 === 1) model.irVersion = integer2(reader);
    else if (field2 === 2) model.producerName = text(reader, end);
    else if (field2 === 7) graphs.push(message(reader, end, readGraph));
    else if (field2 === 8) {
      const set = message(reader, end, readOperatorSet);
      if (set.domain === "" || set.domain === "ai.onnx") model.opset = set.version;
    } else if (field2 === 14) {
      const [key, value] = message(reader, end, readEntry);
      metadata.set(key, value);
    }
  });
  const [graph, ...others] = graphs;
  if (!graph || others.length > 0) throw new Malformed(`it has ${graphs.length} graphs, one is needed`);
  return { ...model, graph, metadata };
}
function readOperatorSet(reader, end) {
  const set = { domain: "", version: 0 };
  readFields(reader, end, (field2) => {
    if (field2 === 1) set.domain = text(reader, end);
    else if (field2 === 2) set.version = integer2(reader);
  });
  return set;
}
function readEntry(reader, end) {
  const entry = ["", ""];
  readFields(reader, end, (field2) => {
    if (field2 === 1) entry[0] = text(reader, end);
    else if (field2 === 2) entry[1] = text(reader, end);
  });
  return entry;
}
function readGraph(reader, end) {
  const nodes = [];
  const initializers = [];
  const inputs = [];
  const outputs = [];
  let name = "";
  readFields(reader, end, (field2) => {
    if (field2 === 1) nodes.push(message(reader, end, readNode));
    else if (field2 === 2) name = text(reader, end);
    else if (field2 === 5) initializers.push(message(reader, end, readTensor));
    else if (field2 === 11) inputs.push(message(reader, end, readValue));
    else if (field2 === 12) outputs.push(message(reader, end, readValue));
  });
  return { name, nodes, initializers, inputs, outputs };
}
function readNode(reader, end) {
  const node2 = { name: "", opType: "", domain: "" };
  const inputs = [];
  const outputs = [];
  const attributes = [];
  readFields(reader, end, (field2) => {
    if (field2 === 1) inputs.push(text(reader, end));
    else if (field2 === 2) outputs.push(text(reader, end));
    else if (field2 === 3) node2.name = text(reader, end);
    else if (field2 === 4) node2.opType = text(reader, end);
    else if (field2 === 5) attributes.push(message(reader, end, readAttribute));
    else if (field2 === 7) node2.domain = text(reader, end);
  });
  return { ...node2, inputs, outputs, attributes };
}
function readAttribute(reader, end) {
  const read = { name: "", type: 0, float: 0, int: 0 };
  const floats = [];
  const ints = [];
  const tensors = [];
  readFields(reader, end, (field2) => {
    if (field2 === 1) read.name = text(reader, end);
    else if (field2 === 2) read.float = fixedFloat(reader);
    else if (field2 === 3) read.int = integer2(reader);
    else if (field2 === 5) tensors.push(message(reader, end, readTensor));
    else if (field2 === 7) readNumbers(reader, end, FIXED32, floats, () => reader.readFloat());
    else if (field2 === 8) readNumbers(reader, end, VARINT, ints, () => reader.readVarint(true));
    else if (field2 === 20) read.type = integer2(reader);
  });
  const { name, type, float, int: int2 } = read;
  const [tensor] = tensors;
  if (type === 1) return { name, value: { kind: "float", float } };
  if (type === 2) return { name, value: { kind: "int", int: int2 } };
  if (type === 4 && tensor) return { name, value: { kind: "tensor", tensor } };
  if (type === 6) return { name, value: { kind: "floats", floats } };
  if (type === 7) return { name, value: { kind: "ints", ints } };
  return { name, value: { kind: "other" } };
}
function readTensor(reader, end) {
  const tensor = { name: "", dataType: 0, isExternal: false };
  const dims = [];
  const numbers = [];
  const raw = [];
  const integers = () => readNumbers(reader, end, VARINT, numbers, () => reader.readVarint(true));
  readFields(reader, end, (field2) => {
    if (field2 === 1) readNumbers(reader, end, VARINT, dims, () => reader.readVarint(true));
    else if (field2 === 2) tensor.dataType = integer2(reader);
    else if (field2 === 4) readNumbers(reader, end, FIXED32, numbers, () => reader.readFloat());
    else if (field2 === 5 || field2 === 7) integers();
    else if (field2 === 8) tensor.name = text(reader, end);
    else if (field2 === 9) raw.push(bytesOf(reader, end));
    else if (field2 === 10) readNumbers(reader, end, FIXED64, numbers, () => reader.readDouble());
    else if (field2 === 14) tensor.isExternal = integer2(reader) === 1;
  });
  const isReadable = !tensor.isExternal && READABLE_TYPES.includes(tensor.dataType);
  const data = isReadable ? dataOf(tensor.dataType, raw[0], numbers) : null;
  checkDims(tensor.name, dims, data);
  return { ...tensor, dims, data };
}
var READABLE_TYPES = Object.values(DATA_TYPE);
function dataOf(dataType, raw, numbers) {
  if (raw === void 0) return numbers;
  const size2 = dataType === DATA_TYPE.double || dataType === DATA_TYPE.int64 ? 8 : 4;
  if (raw.byteLength % size2 !== 0)
    throw new Malformed(`a tensor ends within a number (${raw.byteLength} bytes)`);
  const { buffer } = Uint8Array.from(raw);
  switch (dataType) {
    case DATA_TYPE.float:
      return new Float32Array(buffer);
    case DATA_TYPE.double:
      return new Float64Array(buffer);
    case DATA_TYPE.int32:
      return new Int32Array(buffer);
    default:
      return Array.from(new BigInt64Array(buffer), Number);
  }
}
function checkDims(name, dims, data) {
  if (dims.some((size2) => !Number.isSafeInteger(size2) || size2 < 0)) {
    throw new Malformed(`the tensor ${name} has the impossible shape [${dims.join(", ")}]`);
  }
  const count3 = dims.reduce((product, size2) => product * size2, 1);
  if (data !== null && data.length !== count3) {
    throw new Malformed(
      `the tensor ${name} has ${data.length} numbers, its shape [${dims.join(", ")}] needs ${count3}`
    );
  }
}
function readValue(reader, end) {
  let value = { name: "", elementType: 0, shape: null };
  readFields(reader, end, (field2) => {
    if (field2 === 1) value = { ...value, name: text(reader, end) };
    else if (field2 === 2) value = { ...value, ...message(reader, end, readType) };
  });
  return value;
}
function readType(reader, end) {
  let type = { elementType: 0, shape: null };
  readFields(reader, end, (field2) => {
    if (field2 === 1) type = message(reader, end, readTensorType);
  });
  return type;
}
function readTensorType(reader, end) {
  const type = {
    elementType: 0,
    shape: null
  };
  readFields(reader, end, (field2) => {
    if (field2 === 1) type.elementType = integer2(reader);
    else if (field2 === 2) type.shape = message(reader, end, readShape);
  });
  return type;
}
function readShape(reader, end) {
  const shape = [];
  readFields(reader, end, (field2) => {
    if (field2 === 1) shape.push(message(reader, end, readDimension));
  });
  return shape;
}
function readDimension(reader, end) {
  let size2 = null;
  readFields(reader, end, (field2) => {
    if (field2 === 1) size2 = integer2(reader);
    else if (field2 === 2) size2 = text(reader, end);
  });
  return size2;
}
function readFields(reader, end, read) {
  for (let field2 = reader.nextField(end); field2 !== 0; field2 = reader.nextField(end)) read(field2);
  if (reader.pos !== end) throw new Malformed("a field is longer than what it is in");
}
function message(reader, outerEnd, read) {
  return read(reader, lengthDelimitedEnd(reader, outerEnd));
}
function lengthDelimitedEnd(reader, outerEnd) {
  expectType(reader, BYTES);
  const length = reader.readVarint();
  const end = reader.pos + length;
  if (end > outerEnd) throw new Malformed(`a field of ${length} bytes reaches beyond the end`);
  return end;
}
function bytesOf(reader, outerEnd) {
  const end = lengthDelimitedEnd(reader, outerEnd);
  const bytes = reader.buf.subarray(reader.pos, end);
  reader.pos = end;
  return bytes;
}
var utf8 = new TextDecoder();
function text(reader, outerEnd) {
  return utf8.decode(bytesOf(reader, outerEnd));
}
function integer2(reader) {
  expectType(reader, VARINT);
  return reader.readVarint(true);
}
function fixedFloat(reader) {
  expectType(reader, FIXED32);
  return reader.readFloat();
}
function readNumbers(reader, outerEnd, type, target, readOne) {
  if (reader.type !== BYTES) {
    expectType(reader, type);
    target.push(readOne());
    return;
  }
  const end = lengthDelimitedEnd(reader, outerEnd);
  while (reader.pos < end) target.push(readOne());
  if (reader.pos !== end) throw new Malformed("a list of numbers ends within one");
}
function expectType(reader, type) {
  if (reader.type !== type)
    throw new Malformed(`a field has the wire type ${reader.type} in place of ${type}`);
}

// agent/rl/policy/onnx/encode.ts
function encodeOnnx(model) {
  const writer = new PbfWriter();
  writer.writeVarintField(1, model.irVersion);
  writer.writeStringField(2, model.producerName);
  writer.writeMessage(7, writeGraph, model.graph);
  writer.writeMessage(8, writeOperatorSet, model.opset);
  for (const entry of model.metadata) writer.writeMessage(14, writeEntry, entry);
  return writer.finish();
}
function encodeGraph(graph) {
  const writer = new PbfWriter();
  writeGraph(graph, writer);
  return writer.finish();
}
function writeOperatorSet(version2, writer) {
  writer.writeStringField(1, "");
  writer.writeVarintField(2, version2);
}
function writeEntry([key, value], writer) {
  writer.writeStringField(1, key);
  writer.writeStringField(2, value);
}
function writeGraph(graph, writer) {
  for (const node2 of graph.nodes) writer.writeMessage(1, writeNode, node2);
  writer.writeStringField(2, graph.name);
  for (const tensor of graph.initializers) writer.writeMessage(5, writeTensor, tensor);
  for (const value of graph.inputs) writer.writeMessage(11, writeValue, value);
  for (const value of graph.outputs) writer.writeMessage(12, writeValue, value);
}
function writeNode(node2, writer) {
  for (const name of node2.inputs) writer.writeStringField(1, name);
  for (const name of node2.outputs) writer.writeStringField(2, name);
  writer.writeStringField(3, node2.name);
  writer.writeStringField(4, node2.opType);
  for (const attribute of node2.attributes) writer.writeMessage(5, writeAttribute, attribute);
  if (node2.domain !== "") writer.writeStringField(7, node2.domain);
}
function writeAttribute({ name, value }, writer) {
  writer.writeStringField(1, name);
  if (value.kind === "float") writer.writeFloatField(2, value.float);
  else if (value.kind === "int") writer.writeVarintField(3, value.int);
  else if (value.kind === "tensor") writer.writeMessage(5, writeTensor, value.tensor);
  else if (value.kind === "floats") writer.writePackedFloat(7, [...value.floats]);
  else if (value.kind === "ints") writer.writePackedVarint(8, [...value.ints]);
  writer.writeVarintField(20, ATTRIBUTE_TYPES[value.kind]);
}
var ATTRIBUTE_TYPES = { other: 0, float: 1, int: 2, tensor: 4, floats: 6, ints: 7 };
function writeTensor({ name, dims, dataType, data, isExternal }, writer) {
  writer.writePackedVarint(1, [...dims]);
  writer.writeVarintField(2, dataType);
  writer.writeStringField(8, name);
  if (data !== null) writer.writeBytesField(9, rawBytes(dataType, data));
  if (isExternal) writer.writeVarintField(14, 1);
}
function rawBytes(dataType, data) {
  switch (dataType) {
    case DATA_TYPE.float:
      return new Uint8Array(Float32Array.from(data).buffer);
    case DATA_TYPE.double:
      return new Uint8Array(Float64Array.from(data).buffer);
    case DATA_TYPE.int32:
      return new Uint8Array(Int32Array.from(data).buffer);
    case DATA_TYPE.int64:
      return new Uint8Array(BigInt64Array.from(Array.from(data, BigInt)).buffer);
    default:
      throw new RangeError(`tensors of type ${dataType} are not written`);
  }
}
function writeValue({ name, elementType, shape }, writer) {
  writer.writeStringField(1, name);
  writer.writeMessage(2, writeType, { elementType, shape });
}
function writeType(type, writer) {
  writer.writeMessage(1, writeTensorType, type);
}
function writeTensorType({ elementType, shape }, writer) {
  writer.writeVarintField(1, elementType);
  if (shape !== null) writer.writeMessage(2, writeShape, shape);
}
function writeShape(shape, writer) {
  for (const size2 of shape) writer.writeMessage(1, writeDimension, size2);
}
function writeDimension(size2, writer) {
  if (typeof size2 === "number") writer.writeVarintField(1, size2);
  else if (size2 !== null) writer.writeStringField(2, size2);
}

// agent/rl/policy/onnx/foreignGraph.ts
var UnsupportedGraph = class extends Error {
};

// agent/rl/policy/onnx/metadata.ts
var METADATA_KEYS = {
  /** Version of the format. A reader refuses a newer one. */
  format: "coxswain.format",
  /** The JSON of `PolicyMetadata`. */
  policy: "coxswain.policy",
  /** CRC-32C of that JSON and the parameters, eight hexadecimal digits. */
  checksum: "coxswain.checksum"
};
var FORMAT_VERSION = 1;
function metadataText(metadata) {
  const { normaliser } = metadata;
  const arrays = normaliser && { mean: [...normaliser.mean], variance: [...normaliser.variance] };
  return JSON.stringify({ ...metadata, normaliser: normaliser && { ...normaliser, ...arrays } });
}
var least = number2().nullable().transform((value) => value ?? Number.NEGATIVE_INFINITY);
var most = number2().nullable().transform((value) => value ?? Number.POSITIVE_INFINITY);
var count = number2().int().nonnegative();
var doubles = array(number2()).transform((values) => Float64Array.from(values));
var BoxSpace = object({
  kind: literal("box"),
  fields: array(object({ name: string2(), unit: string2(), min: least, max: most }))
});
var DiscreteSpace = object({ kind: literal("discrete"), labels: array(string2()) });
var Layer = object({
  name: string2(),
  units: number2().int().positive(),
  activation: _enum(["linear", "relu", "tanh"]),
  dropout: number2().min(0).lt(1),
  gain: number2()
});
var Interval2 = { mean: number2(), low: number2(), high: number2() };
var Record = record(string2(), unknown());
var Provenance = object({
  algorithm: string2(),
  env: object({ name: string2(), options: Record }),
  seed: number2(),
  steps: number2(),
  hyperparameters: Record,
  codeVersion: string2(),
  createdAtMs: number2(),
  parent: string2().nullable(),
  curve: array(object({ steps: number2(), return: number2() })),
  evaluation: object({
    episodes: number2(),
    score: object(Interval2),
    baselines: array(object({ name: string2(), ...Interval2 }))
  }).nullable()
});
var Calibration = object({
  idleMargin: number2().min(0),
  actions: count,
  points: array(object({ probability: number2().min(0).max(1), helped: number2().min(0).max(1) })).min(1)
});
var InputDistribution = object({
  mean: array(number2()),
  whitening: array(number2()),
  limit: number2().positive(),
  count
});
var PolicyMetadata = object({
  head: _enum(["q-values", "categorical", "gaussian"]),
  network: object({
    inputs: number2().int().positive(),
    trunk: array(Layer),
    towers: array(object({ name: string2(), layers: array(Layer) }))
  }),
  logStandardDeviations: array(number2()),
  spec: string2(),
  observationSpace: BoxSpace,
  actionSpace: discriminatedUnion("kind", [DiscreteSpace, BoxSpace]),
  normaliser: object({ mean: doubles, variance: doubles, count, clip: most }).nullable(),
  provenance: Provenance,
  calibration: Calibration.optional(),
  inputDistribution: InputDistribution.optional()
});

// agent/rl/policy/policyOnnx.ts
var IR_VERSION = 8;
var OPSET = 17;
function encodePolicy(policy) {
  checkPolicy(policy);
  const { parameters, ...metadata } = policy;
  const text2 = metadataText(metadata);
  const readable = PolicyMetadata.safeParse(JSON.parse(text2));
  if (!readable.success)
    throw new RangeError(`the policy could not be read again: ${readable.error.message}`);
  return encodeOnnx({
    irVersion: IR_VERSION,
    producerName: "coxswain",
    opset: OPSET,
    graph: policyGraph(policy),
    metadata: /* @__PURE__ */ new Map([
      [METADATA_KEYS.format, String(FORMAT_VERSION)],
      [METADATA_KEYS.policy, text2],
      [METADATA_KEYS.checksum, checksum(text2, parameters)]
    ])
  });
}
function decodePolicy(bytes, origin) {
  return withOrigin(origin, () => {
    const model = decodeOnnx(bytes);
    if (isOwn(model)) return ownPolicy(model, origin);
    throw new CoxswainError(
      "model-incompatible",
      `${origin} is an ONNX file of another program: it does not say what it observes and does.`,
      "Import it with `coxswain model import`, which asks for the task that it is for."
    );
  });
}
function isOwn({ producerName, metadata }) {
  return producerName === "coxswain" || Object.values(METADATA_KEYS).some((key) => metadata.has(key));
}
function ownPolicy({ graph, metadata }, origin) {
  const format = Number(metadata.get(METADATA_KEYS.format));
  if (Number.isInteger(format) && format > FORMAT_VERSION) throw newerError(origin, format);
  if (format !== FORMAT_VERSION) throw new Malformed("it does not say which format it has");
  const text2 = metadata.get(METADATA_KEYS.policy) ?? "";
  const about = PolicyMetadata.safeParse(parseJson(text2));
  if (!about.success) throw new Malformed("its description cannot be read");
  const parameters = storedParameters(graph, about.data);
  if (checksum(text2, parameters) !== metadata.get(METADATA_KEYS.checksum)) {
    throw new Malformed("its checksum is not that of its contents");
  }
  const policy = { ...about.data, parameters };
  checkPolicy(policy);
  if (!isSameGraph(graph, policyGraph(policy)))
    throw new Malformed("its graph is not the one of its contents");
  return policy;
}
function storedParameters(graph, { network }) {
  const tensors = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
  const parts = layersOf(network).flatMap((layer) => [weightName(layer), biasName(layer)]);
  return concatenated(parts.map((name) => numbersOf(name, tensors.get(name))));
}
function numbersOf(name, tensor) {
  if (!tensor?.data) throw new Malformed(`the numbers of ${name} are missing`);
  return tensor.data;
}
function concatenated(parts) {
  const all = new Float32Array(parts.reduce((sum2, { length }) => sum2 + length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}
function isSameGraph(graph, expected) {
  const types = new Set(expected.initializers.map(({ dataType }) => dataType));
  if (graph.initializers.some(({ dataType }) => !types.has(dataType))) return false;
  const [one, other] = [encodeGraph(graph), encodeGraph(expected)];
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
function checksum(text2, parameters) {
  const { buffer, byteOffset, byteLength } = parameters;
  const ofText = crc32c(new TextEncoder().encode(text2));
  return crc32c(new Uint8Array(buffer, byteOffset, byteLength), ofText).toString(16).padStart(8, "0");
}
function parseJson(text2) {
  try {
    return JSON.parse(text2);
  } catch {
    return null;
  }
}
function withOrigin(origin, body) {
  try {
    return body();
  } catch (error2) {
    if (error2 instanceof UnsupportedGraph) throw unsupportedError(origin, error2);
    if (error2 instanceof Malformed || error2 instanceof RangeError) throw damagedError(origin, error2);
    throw error2;
  }
}
function damagedError(origin, cause) {
  return new CoxswainError(
    "model-invalid",
    `The policy in ${origin} cannot be read: ${cause.message}.`,
    "Restore the file from a copy, export it again, or train anew.",
    { cause }
  );
}
function unsupportedError(origin, cause) {
  return new CoxswainError(
    "model-incompatible",
    `The policy in ${origin} cannot be used: ${cause.message}.`,
    "Export the plain network: observations in, one output of scores, logits or means, and where there is one the critic\u2019s value.",
    { cause }
  );
}
function newerError(origin, format) {
  return new CoxswainError(
    "model-incompatible",
    `The policy in ${origin} has format ${format}; this Coxswain reads up to ${FORMAT_VERSION}.`,
    "Update Coxswain, or export the policy again with this version."
  );
}

// agent/training/runTraining.ts
var import_node_fs9 = require("node:fs");
var import_node_path9 = require("node:path");

// agent/training/atomicFile.ts
var import_node_fs = require("node:fs");
var import_node_path = require("node:path");

// agent/training/diskErrors.ts
var FULL_CODES = /* @__PURE__ */ new Set(["ENOSPC", "EDQUOT", "EFBIG"]);
function withDiskErrors(path, body) {
  try {
    return body();
  } catch (error2) {
    const code = fileErrorCode(error2);
    if (!FULL_CODES.has(code)) throw error2;
    throw new CoxswainError(
      "disk-full",
      `${path} could not be written: its disk or quota is full (${code}). What was written before is intact.`,
      "Free some space, and resume from the last checkpoint.",
      { cause: error2 }
    );
  }
}
function fileErrorCode(error2) {
  if (!(error2 instanceof Error) || !("code" in error2)) return null;
  return typeof error2.code === "string" ? error2.code : null;
}

// agent/training/atomicFile.ts
function writeAtomically(path, chunks) {
  const temporary = `${path}.tmp`;
  withDiskErrors(path, () => {
    (0, import_node_fs.mkdirSync)((0, import_node_path.dirname)(path), { recursive: true, mode: 448 });
    try {
      (0, import_node_fs.rmSync)(temporary, { force: true });
      writeDurably(temporary, chunks);
      (0, import_node_fs.renameSync)(temporary, path);
    } catch (error2) {
      (0, import_node_fs.rmSync)(temporary, { force: true });
      throw error2;
    }
    syncFolder((0, import_node_path.dirname)(path));
  });
}
function writeDurably(path, chunks) {
  const file = (0, import_node_fs.openSync)(path, "wx", 384);
  try {
    for (const chunk of chunks) writeWhole(file, chunk);
    (0, import_node_fs.fsyncSync)(file);
  } finally {
    (0, import_node_fs.closeSync)(file);
  }
}
function writeWhole(file, chunk) {
  for (let written = 0; written < chunk.length; ) written += (0, import_node_fs.writeSync)(file, chunk, written);
}
function syncFolder(path) {
  if (process.platform === "win32") return;
  const folder = (0, import_node_fs.openSync)(path, "r");
  try {
    (0, import_node_fs.fsyncSync)(folder);
  } finally {
    (0, import_node_fs.closeSync)(folder);
  }
}

// agent/training/checkpoint.ts
var import_node_crypto = require("node:crypto");
var import_node_fs2 = require("node:fs");
var MAGIC = "coxswain checkpoint ";
var VERSION = 1;
var PROLOGUE = Buffer.from(`${MAGIC}${VERSION}
`);
var ALIGNMENT2 = 8;
var HASH_BYTES = 32;
var ARRAY_TYPES = {
  float32: Float32Array,
  float64: Float64Array,
  uint8: Uint8Array,
  int32: Int32Array,
  uint32: Uint32Array
};
var Header = object({
  values: custom((value) => value !== void 0),
  arrays: array(
    object({
      name: string2(),
      type: _enum(Object.keys(ARRAY_TYPES)),
      length: number2().int().nonnegative()
    })
  )
});
function writeCheckpoint(path, state) {
  writeAtomically(path, chunksOf(state));
}
function readCheckpoint(path) {
  const bytes = readBytes(path);
  const { header, offset } = readHeader(path, bytes);
  const spans = spansOf(header, offset);
  const length = (spans.at(-1)?.next ?? offset) + HASH_BYTES;
  if (bytes.length !== length) {
    throw invalidError(path, `it has ${bytes.length} bytes in place of ${length}`);
  }
  const hash = (0, import_node_crypto.createHash)("sha256").update(bytes.subarray(0, -HASH_BYTES)).digest();
  if (!hash.equals(bytes.subarray(-HASH_BYTES)))
    throw invalidError(path, "its contents are not what was written");
  const arrays = {};
  for (const { name, type, begin, end } of spans) arrays[name] = arrayOf(type, bytes.subarray(begin, end));
  return { values: header.values, arrays };
}
function* chunksOf({ values, arrays }) {
  const hash = (0, import_node_crypto.createHash)("sha256");
  const entries = Object.entries(arrays);
  const header = {
    values,
    arrays: entries.map(([name, array2]) => ({ name, type: typeOf(array2), length: array2.length }))
  };
  let written = 0;
  for (const chunk of [prologueOf(header), ...entries.map(([, array2]) => bytesOf2(array2))]) {
    for (const part of [chunk, new Uint8Array(aligned(written + chunk.length) - written - chunk.length)]) {
      hash.update(part);
      yield part;
      written += part.length;
    }
  }
  yield hash.digest();
}
function prologueOf(header) {
  const text2 = Buffer.from(JSON.stringify(header, refuseInfinite));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text2.length);
  return Buffer.concat([PROLOGUE, length, text2]);
}
function refuseInfinite(key, value) {
  if (typeof value !== "number" || Number.isFinite(value)) return value;
  throw new RangeError(`the value ${key} of a checkpoint is ${value}`);
}
function readHeader(path, bytes) {
  const begin = bytes.toString("latin1", 0, PROLOGUE.length);
  if (!begin.startsWith(MAGIC)) throw invalidError(path, "it is no checkpoint");
  if (begin !== PROLOGUE.toString()) throw invalidError(path, "it is of another version of Coxswain");
  const textBegin = PROLOGUE.length + 4;
  if (bytes.length < textBegin) throw invalidError(path, "it ends in its first line");
  const textEnd = textBegin + bytes.readUInt32LE(PROLOGUE.length);
  if (textEnd > bytes.length) throw invalidError(path, "it ends in its header");
  try {
    const header = Header.parse(JSON.parse(bytes.toString("utf8", textBegin, textEnd)));
    return { header, offset: aligned(textEnd) };
  } catch {
    throw invalidError(path, "its header is damaged");
  }
}
function spansOf({ arrays }, offset) {
  let next = offset;
  return arrays.map(({ name, type, length }) => {
    const begin = next;
    const end = begin + length * ARRAY_TYPES[type].BYTES_PER_ELEMENT;
    next = aligned(end);
    return { name, type, begin, end, next };
  });
}
function aligned(offset) {
  return Math.ceil(offset / ALIGNMENT2) * ALIGNMENT2;
}
function typeOf(array2) {
  if (array2 instanceof Float32Array) return "float32";
  if (array2 instanceof Float64Array) return "float64";
  if (array2 instanceof Uint8Array) return "uint8";
  return array2 instanceof Int32Array ? "int32" : "uint32";
}
function bytesOf2({ buffer, byteOffset, byteLength }) {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
function arrayOf(type, bytes) {
  return new ARRAY_TYPES[type](Uint8Array.from(bytes).buffer);
}
function readBytes(path) {
  try {
    return (0, import_node_fs2.readFileSync)(path);
  } catch (error2) {
    if (fileErrorCode(error2) !== "ENOENT") throw error2;
    throw new CoxswainError("not-found", `There is no checkpoint at ${path}.`, "Begin the training anew.");
  }
}
function invalidError(path, what) {
  return new CoxswainError(
    "checkpoint-invalid",
    `The checkpoint ${path} cannot be used: ${what}.`,
    "Restore it from a copy, or begin the training anew; the best policy so far is beside it."
  );
}

// agent/rl/env/mixSeed.ts
function mixSeed(...parts) {
  let mixed = 608135816;
  for (const part of parts) {
    mixed = finalise(mixed ^ part >>> 0) + Math.floor(part / 2 ** 32);
    mixed = finalise(mixed + 2654435769 | 0);
  }
  return mixed >>> 0;
}
function finalise(value) {
  let bits = value;
  bits = Math.imul(bits ^ bits >>> 16, 2246822507);
  bits = Math.imul(bits ^ bits >>> 13, 3266489909);
  return bits ^ bits >>> 16;
}

// agent/rl/env/runningStatistics.ts
var RunningStatistics = class _RunningStatistics {
  mean;
  variance;
  count = 0;
  #batchMean;
  #batchSquares;
  constructor(columns) {
    this.mean = new Float64Array(columns);
    this.variance = new Float64Array(columns).fill(1);
    this.#batchMean = new Float64Array(columns);
    this.#batchSquares = new Float64Array(columns);
  }
  /** Goes on from a saved state, bit by bit. */
  static from({ mean: mean2, variance, count: count3 }) {
    const statistics = new _RunningStatistics(mean2.length);
    statistics.mean.set(mean2);
    statistics.variance.set(variance);
    statistics.count = count3;
    return statistics;
  }
  /** @param rows n × columns. Allocates nothing. */
  update(rows) {
    const columns = this.mean.length;
    const added = rows.length / columns;
    if (!Number.isInteger(added)) throw new RangeError(`${rows.length} numbers are no rows of ${columns}`);
    if (added === 0) return;
    this.#summarise(rows, added);
    const total = this.count + added;
    for (let column = 0; column < columns; column++) {
      const before = this.mean[column];
      const delta = this.#batchMean[column] - before;
      const squares = this.variance[column] * this.count + this.#batchSquares[column] + delta * delta * this.count * (added / total);
      this.mean[column] = before + delta * (added / total);
      this.variance[column] = squares / total;
    }
    this.count = total;
  }
  /** A copy, as policies and checkpoints keep it. */
  toNormaliser(clip) {
    return { mean: this.mean.slice(), variance: this.variance.slice(), count: this.count, clip };
  }
  /** Mean and sum of squared deviations of the batch alone. */
  #summarise(rows, count3) {
    const means = this.#batchMean.fill(0);
    const squares = this.#batchSquares.fill(0);
    const columns = means.length;
    for (let row = 0, index = 0; row < count3; row++) {
      for (let column = 0; column < columns; column++, index++) {
        means[column] = means[column] + rows[index];
      }
    }
    for (let column = 0; column < columns; column++) means[column] = means[column] / count3;
    for (let row = 0, index = 0; row < count3; row++) {
      for (let column = 0; column < columns; column++, index++) {
        const deviation = rows[index] - means[column];
        squares[column] = squares[column] + deviation * deviation;
      }
    }
  }
};

// agent/rl/algorithms/argmax.ts
function argmax({ values, stride, columns }, row) {
  const offset = row * stride;
  let best = 0;
  for (let column = 1; column < columns; column++) {
    if (values[offset + column] > values[offset + best]) best = column;
  }
  return best;
}

// agent/rl/engine/network.ts
var ENGINE_NAMES = ["wasm", "js", "tfjs-node"];
function hiddenLayers(prefix, units, activation, dropout = []) {
  return units.map((count3, index) => ({
    name: `${prefix}.${index}`,
    units: count3,
    activation,
    dropout: dropout[index] ?? 0,
    gain: Math.SQRT2
  }));
}

// agent/rl/algorithms/dqnNetwork.ts
function dqnNetwork(inputs, actions, { netArch, activation, dropout }) {
  return {
    inputs,
    trunk: hiddenLayers("trunk", netArch, activation, dropout),
    towers: [
      {
        name: "q",
        layers: [{ name: "q.out", units: actions, activation: "linear", dropout: 0, gain: 1 }]
      }
    ]
  };
}

// agent/rl/algorithms/dqnTarget.ts
function tdTargets({ returns, discounts }, selecting, evaluating, targets) {
  for (let row = 0; row < targets.length; row++) {
    const value = evaluating.values[row * evaluating.stride + argmax(selecting, row)];
    targets[row] = returns[row] + discounts[row] * value;
  }
}

// agent/rl/algorithms/huber.ts
function huber(error2) {
  const size2 = Math.abs(error2);
  return size2 <= 1 ? error2 * error2 / 2 : size2 - 0.5;
}
function huberGradient(error2) {
  return error2 < -1 ? -1 : error2 > 1 ? 1 : error2;
}

// agent/rl/algorithms/nestedState.ts
function joinStates(values, parts) {
  const entries = Object.entries(parts);
  return {
    values: { own: values, parts: Object.fromEntries(entries.map(([name, part]) => [name, part.values])) },
    arrays: Object.fromEntries(
      entries.flatMap(
        ([name, { arrays }]) => Object.entries(arrays).map(([key, array2]) => [`${name}.${key}`, array2])
      )
    )
  };
}
function splitState(state) {
  const { own: own2, parts } = asObject(state.values);
  if (own2 === void 0) throw invalidState("it is not the state of a training");
  const split = Object.entries(asObject(parts)).map(([name, values]) => [
    name,
    { values, arrays: arraysOf(state, `${name}.`) }
  ]);
  return { values: own2, parts: Object.fromEntries(split) };
}
function requirePart(parts, name) {
  const part = parts[name];
  if (part) return part;
  throw invalidState(`its part "${name}" is missing`);
}
function requireArray({ arrays }, name, kind, length) {
  const array2 = arrays[name];
  if (array2 instanceof kind && array2.length === length) return array2;
  throw invalidState(`its ${name} are missing or not ${length} numbers`);
}
function invalidState(why) {
  return new CoxswainError(
    "checkpoint-invalid",
    `The training cannot be resumed: ${why}`,
    "Resume with the options that the training began with, or start it anew."
  );
}
function arraysOf({ arrays }, prefix) {
  const own2 = Object.entries(arrays).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(own2.map(([key, array2]) => [key.slice(prefix.length), array2]));
}
function asObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

// agent/rl/algorithms/replayBuffer.ts
var EMPTY = 0;
var CONTINUES = 1;
var TERMINATED = 2;
var TRUNCATED = 3;
var FINAL = 4;
var ReplayBuffer = class {
  rows;
  fields;
  rewardTerms;
  /** rows × fields. */
  observations;
  actions;
  /** rows × rewardTerms. Terms and not rewards, so that what was seen under other weights can be learned from. */
  terms;
  kinds;
  #envs;
  #rowsPerEnv;
  /** By env, the row of its present observation. */
  #heads;
  /** Rows of the fullest ring that have been used. */
  #used = 1;
  #size = 0;
  #listener = () => {
  };
  constructor({ capacity, envs, fields, rewardTerms }) {
    this.#rowsPerEnv = Math.ceil(capacity / envs) + 1;
    this.#envs = envs;
    this.rows = this.#rowsPerEnv * envs;
    this.fields = fields;
    this.rewardTerms = rewardTerms;
    this.observations = new Float32Array(this.rows * fields);
    this.actions = new Uint8Array(this.rows);
    this.terms = new Float32Array(this.rows * rewardTerms);
    this.kinds = new Uint8Array(this.rows);
    this.#heads = new Int32Array(envs);
  }
  /** Transitions that can be drawn. */
  get size() {
    return this.#size;
  }
  /** Of all arrays. */
  get byteLength() {
    return [this.observations, this.actions, this.terms, this.kinds, this.#heads].reduce(
      (sum2, { byteLength }) => sum2 + byteLength,
      0
    );
  }
  /** One listener, from now on. */
  listen(listener) {
    this.#listener = listener;
  }
  /** Empties the buffer; these are the present observations. */
  begin(observations) {
    for (let row = 0; row < this.rows; row++) this.#mark(row, EMPTY);
    this.#used = 1;
    for (let env = 0; env < this.#envs; env++) {
      this.#heads[env] = env * this.#rowsPerEnv;
      this.#observe(env, observations);
    }
  }
  /** Stores a step of all envs. Allocates nothing. */
  add(step) {
    for (let env = 0; env < this.#envs; env++) this.#addOne(env, step);
  }
  /** The row after this one in its env's time. */
  next(row) {
    const after = row + 1;
    return after % this.#rowsPerEnv === 0 ? after - this.#rowsPerEnv : after;
  }
  isTransition(row) {
    const kind = this.kinds[row];
    return kind === CONTINUES || kind === TERMINATED || kind === TRUNCATED;
  }
  /** Whether the row holds an observation and nothing done in it yet. */
  isPresent(row) {
    return this.kinds[row] === EMPTY;
  }
  /** A transition, each as likely as every other. @throws RangeError where there is none */
  draw(random) {
    if (this.#size === 0) throw new RangeError("an empty replay buffer has nothing to draw");
    for (; ; ) {
      const drawn = random.below(this.#envs * this.#used);
      const env = Math.floor(drawn / this.#used);
      const row = env * this.#rowsPerEnv + drawn % this.#used;
      if (this.isTransition(row)) return row;
    }
  }
  save() {
    return {
      values: null,
      arrays: {
        observations: this.observations.slice(),
        actions: this.actions.slice(),
        terms: this.terms.slice(),
        kinds: this.kinds.slice(),
        heads: this.#heads.slice()
      }
    };
  }
  /** Does not tell the listener. @throws CoxswainError `checkpoint-invalid` for one of another shape */
  restore(state) {
    this.observations.set(requireArray(state, "observations", Float32Array, this.observations.length));
    this.actions.set(requireArray(state, "actions", Uint8Array, this.rows));
    this.terms.set(requireArray(state, "terms", Float32Array, this.terms.length));
    this.kinds.set(requireArray(state, "kinds", Uint8Array, this.rows));
    this.#heads.set(requireArray(state, "heads", Int32Array, this.#envs));
    this.#size = 0;
    this.#used = 1;
    for (let row = 0; row < this.rows; row++) {
      if (this.isTransition(row)) this.#size++;
      if (this.kinds[row] !== EMPTY) this.#use(row);
    }
    for (const head of this.#heads) this.#use(head);
  }
  #use(row) {
    this.#used = Math.max(this.#used, row % this.#rowsPerEnv + 1);
  }
  #addOne(env, step) {
    const row = this.#heads[env];
    this.actions[row] = step.actions[env];
    for (let term = 0; term < this.rewardTerms; term++) {
      this.terms[row * this.rewardTerms + term] = step.terms[env * this.rewardTerms + term];
    }
    const isTruncated = step.truncated[env] === 1 && step.terminated[env] === 0;
    this.#advance(env);
    this.#mark(row, step.terminated[env] === 1 ? TERMINATED : isTruncated ? TRUNCATED : CONTINUES);
    if (isTruncated) {
      this.#observe(env, step.finalObservations);
      const final = this.#heads[env];
      this.#advance(env);
      this.#mark(final, FINAL);
    }
    this.#observe(env, step.observations);
  }
  /** Makes the next row the present one; the oldest transition goes where the ring is full. */
  #advance(env) {
    const head = this.next(this.#heads[env]);
    this.#heads[env] = head;
    this.#use(head);
    this.#mark(head, EMPTY);
  }
  #observe(env, observations) {
    const to = this.#heads[env] * this.fields;
    const from = env * this.fields;
    for (let field2 = 0; field2 < this.fields; field2++) {
      this.observations[to + field2] = observations[from + field2];
    }
  }
  #mark(row, kind) {
    const before = this.isTransition(row);
    this.kinds[row] = kind;
    const after = this.isTransition(row);
    if (before === after) return;
    this.#size += after ? 1 : -1;
    this.#listener(row, after);
  }
};

// agent/rl/algorithms/nStep.ts
function nStepReturn(replay, row, weights, { nStep, gamma, rewardScale }, result) {
  let sum2 = 0;
  let discount = 1;
  let at = row;
  for (let step = 0; step < nStep && !replay.isPresent(at); step++) {
    sum2 += discount * weightedSum(weights, replay.terms, at * replay.rewardTerms);
    discount *= gamma;
    const kind = replay.kinds[at];
    at = replay.next(at);
    if (kind === TERMINATED) discount = 0;
    if (kind === TERMINATED || kind === TRUNCATED) break;
  }
  result.return = rewardScale * sum2;
  result.discount = discount;
  result.bootstrapRow = at;
}

// agent/rl/algorithms/schedules.ts
function scheduledValue(schedule, progress) {
  if (typeof schedule === "number") return schedule;
  const share6 = Math.min(Math.max(progress, 0), 1);
  return schedule.start + share6 * (schedule.end - schedule.start);
}
function scheduleOf(value) {
  return union([value, strictObject({ start: value, end: value })]);
}

// agent/rl/algorithms/dqnUpdate.ts
var DqnUpdate = class {
  #parts;
  #settings;
  #adam;
  #rows;
  /** Factors of the losses, from prioritised replay. */
  #weights;
  #gains;
  #targets;
  #tdErrors;
  #nStep = { return: 0, discount: 0, bootstrapRow: 0 };
  #sums = { updates: 0, loss: 0, q: 0, tdError: 0, gradNorm: 0 };
  constructor(parts, settings) {
    const { batchSize, maxGradNorm, adamEpsilon } = settings;
    this.#parts = parts;
    this.#settings = settings;
    const { frozenLayers: frozenLayers2 } = parts;
    this.#adam = { learningRate: 0, maxGradNorm, epsilon: adamEpsilon, frozenLayers: frozenLayers2 };
    this.#rows = new Int32Array(batchSize);
    this.#weights = new Float32Array(batchSize);
    this.#gains = { returns: new Float32Array(batchSize), discounts: new Float32Array(batchSize) };
    this.#targets = new Float32Array(batchSize);
    this.#tdErrors = new Float32Array(batchSize);
  }
  /** @param progress of the training, 0…1 @throws NumericError */
  step(progress) {
    const { online, sampler, random } = this.#parts;
    const { batchSize, learningRate } = this.#settings;
    sampler.sample(this.#rows, this.#weights, progress, random);
    this.#setTargets();
    this.#observe();
    online.forwardTraining(batchSize, random);
    this.#setGradients();
    online.backward(batchSize);
    this.#adam.learningRate = scheduledValue(learningRate, progress);
    this.#sums.gradNorm += online.step(this.#adam);
    sampler.learned(this.#rows, this.#tdErrors);
  }
  /** Means over the steps since the last call; empty where there was none. */
  takeMetrics() {
    const { updates, loss, q, tdError, gradNorm } = this.#sums;
    Object.assign(this.#sums, { updates: 0, loss: 0, q: 0, tdError: 0, gradNorm: 0 });
    if (updates === 0) return {};
    return {
      "train/loss": loss / updates,
      "train/q_mean": q / updates,
      "train/td_error": tdError / updates,
      "train/grad_norm": gradNorm / updates,
      "train/learning_rate": this.#adam.learningRate
    };
  }
  #setTargets() {
    const { online, target, replay, input, rewardWeights } = this.#parts;
    const { batchSize, doubleQ } = this.#settings;
    for (let index = 0; index < batchSize; index++) {
      const gain = this.#nStep;
      nStepReturn(replay, this.#rows[index], rewardWeights, this.#settings, gain);
      this.#gains.returns[index] = gain.return;
      this.#gains.discounts[index] = gain.discount;
      input.write(replay.observations, gain.bootstrapRow, target.input, index);
      if (doubleQ) input.write(replay.observations, gain.bootstrapRow, online.input, index);
    }
    target.forward(batchSize);
    if (doubleQ) online.forward(batchSize);
    const selecting = doubleQ ? online : target;
    tdTargets(this.#gains, firstOutput(selecting), firstOutput(target), this.#targets);
  }
  #observe() {
    const { online, replay, input } = this.#parts;
    for (let index = 0; index < this.#rows.length; index++) {
      input.write(replay.observations, this.#rows[index], online.input, index);
    }
  }
  /** The mean of weight · Huber(Q(s, a) − y) over the batch; the target is taken as a constant. */
  #setGradients() {
    const { online, replay } = this.#parts;
    const { batchSize } = this.#settings;
    const q = firstOutput(online);
    const gradient = online.outputGradients[0] ?? q;
    gradient.values.fill(0, 0, batchSize * gradient.stride);
    let loss = 0;
    let qSum = 0;
    let tdSum = 0;
    for (let index = 0; index < batchSize; index++) {
      const action = replay.actions[this.#rows[index]];
      const value = q.values[index * q.stride + action];
      const tdError = value - this.#targets[index];
      const weight3 = this.#weights[index] / batchSize;
      gradient.values[index * gradient.stride + action] = weight3 * huberGradient(tdError);
      this.#tdErrors[index] = tdError;
      loss += weight3 * huber(tdError);
      qSum += value;
      tdSum += Math.abs(tdError);
    }
    if (!Number.isFinite(loss)) throw new NumericError("the loss", loss);
    this.#sums.updates++;
    this.#sums.loss += loss;
    this.#sums.q += qSum / batchSize;
    this.#sums.tdError += tdSum / batchSize;
  }
};
function firstOutput({ outputs }) {
  const [first] = outputs;
  if (!first) throw new RangeError("a network without outputs");
  return first;
}

// agent/rl/algorithms/explorationSchedule.ts
function explorationRate(progress, schedule) {
  const { explorationInitialEps, explorationFinalEps, explorationFraction } = schedule;
  if (progress >= explorationFraction) return explorationFinalEps;
  const falling = { start: explorationInitialEps, end: explorationFinalEps };
  return scheduledValue(falling, progress / explorationFraction);
}

// agent/rl/algorithms/observationInput.ts
var VARIANCE_FLOOR = 1e-8;
var ObservationInput = class {
  statistics;
  clip;
  /** @param clip greatest size of a normalised number */
  constructor(statistics, clip) {
    this.statistics = statistics;
    this.clip = clip;
  }
  /** Row `from` of `observations` becomes row `to` of `input`. */
  write(observations, from, input, to) {
    const { values, columns: fields } = input;
    const source = from * fields;
    const target = to * input.stride;
    if (this.statistics === null) {
      for (let field2 = 0; field2 < fields; field2++) {
        values[target + field2] = observations[source + field2];
      }
      return;
    }
    const { mean: mean2, variance } = this.statistics;
    for (let field2 = 0; field2 < fields; field2++) {
      const deviation = observations[source + field2] - mean2[field2];
      const scaled2 = deviation / Math.sqrt(variance[field2] + VARIANCE_FLOOR);
      values[target + field2] = Math.min(Math.max(scaled2, -this.clip), this.clip);
    }
  }
};

// agent/rl/algorithms/sumTree.ts
var SumTree = class {
  /** Node 1 is the root, the two below node i are 2i and 2i + 1, leaves begin at `#leaves`. */
  #nodes;
  #leaves;
  constructor(count3) {
    this.#leaves = 2 ** Math.ceil(Math.log2(Math.max(count3, 2)));
    this.#nodes = new Float64Array(2 * this.#leaves);
  }
  get total() {
    return this.#nodes[1];
  }
  get byteLength() {
    return this.#nodes.byteLength;
  }
  get(index) {
    return this.#nodes[this.#leaves + index];
  }
  /** Sums are made anew from below and not corrected by differences, so that rounding never adds up. */
  set(index, value) {
    let node2 = this.#leaves + index;
    this.#nodes[node2] = value;
    for (node2 >>= 1; node2 >= 1; node2 >>= 1) {
      this.#nodes[node2] = this.#nodes[2 * node2] + this.#nodes[2 * node2 + 1];
    }
  }
  /** The index at which the running sum first exceeds `sum`, of [0, total). Never one whose number is 0, if total > 0. */
  find(sum2) {
    let node2 = 1;
    let rest = sum2;
    while (node2 < this.#leaves) {
      node2 *= 2;
      const left = this.#nodes[node2];
      if (rest < left || this.#nodes[node2 + 1] === 0) continue;
      rest -= left;
      node2++;
    }
    return node2 - this.#leaves;
  }
};

// agent/rl/algorithms/prioritisedReplay.ts
var LEAST_ERROR = 1e-6;
function uniformReplay(replay) {
  return {
    sample(rows, weights, _progress, random) {
      for (let index = 0; index < rows.length; index++) rows[index] = replay.draw(random);
      weights.fill(1);
    },
    learned() {
    },
    save: () => ({ values: null, arrays: {} }),
    restore() {
    },
    byteLength: 0
  };
}
var PrioritisedReplay = class {
  #replay;
  #options;
  /** pᵢ^α by row, 0 for rows that hold no transition. */
  #tree;
  #greatest = 1;
  /** Listens to the buffer from now on; it has to be empty. */
  constructor(replay, options) {
    this.#replay = replay;
    this.#options = options;
    this.#tree = new SumTree(replay.rows);
    replay.listen((row, isTransition) => this.#tree.set(row, isTransition ? this.#greatest : 0));
  }
  get byteLength() {
    return this.#tree.byteLength;
  }
  sample(rows, weights, progress, random) {
    const { total } = this.#tree;
    if (!(total > 0)) throw new RangeError("an empty replay buffer has nothing to draw");
    const part = total / rows.length;
    for (let index = 0; index < rows.length; index++) {
      rows[index] = this.#tree.find(Math.min((index + random.uniform()) * part, total));
    }
    this.#weigh(rows, weights, progress);
  }
  learned(rows, tdErrors) {
    for (let index = 0; index < rows.length; index++) {
      const error2 = Math.abs(tdErrors[index]);
      const priority = power(error2 + LEAST_ERROR, this.#options.prioritizedAlpha);
      this.#greatest = Math.max(this.#greatest, priority);
      this.#tree.set(rows[index], priority);
    }
  }
  save() {
    const priorities = Float64Array.from({ length: this.#replay.rows }, (_, row) => this.#tree.get(row));
    return { values: null, arrays: { priorities, greatest: Float64Array.of(this.#greatest) } };
  }
  restore(state) {
    const priorities = requireArray(state, "priorities", Float64Array, this.#replay.rows);
    this.#greatest = requireArray(state, "greatest", Float64Array, 1)[0];
    for (const [row, priority] of priorities.entries()) this.#tree.set(row, priority);
  }
  #weigh(rows, weights, progress) {
    const { prioritizedBeta0 } = this.#options;
    const beta = prioritizedBeta0 + (1 - prioritizedBeta0) * Math.min(1, progress);
    const mean2 = this.#tree.total / this.#replay.size;
    let greatest2 = 0;
    for (let index = 0; index < rows.length; index++) {
      weights[index] = power(this.#tree.get(rows[index]) / mean2, -beta);
      greatest2 = Math.max(greatest2, weights[index]);
    }
    for (let index = 0; index < rows.length; index++) weights[index] = weights[index] / greatest2;
  }
};

// agent/rl/algorithms/trainedNetworks.ts
function saveNetworks({ online, target, statistics }) {
  const { step, firstMoment, secondMoment } = online.readOptimiser();
  return {
    values: { adamStep: step, statisticsCount: statistics?.count ?? 0 },
    arrays: {
      online: online.readParameters(),
      target: target.readParameters(),
      firstMoment,
      secondMoment,
      mean: statistics?.mean.slice() ?? new Float64Array(0),
      variance: statistics?.variance.slice() ?? new Float64Array(0)
    }
  };
}
function restoreNetworks({ online, target, statistics }, state) {
  const counts = Counts.safeParse(state.values);
  if (!counts.success) throw invalidState("it has no networks");
  const floats = (name) => requireArray(state, name, Float32Array, online.parameterCount);
  const [firstMoment, secondMoment] = [floats("firstMoment"), floats("secondMoment")];
  const [onlineParameters, targetParameters] = [floats("online"), floats("target")];
  const fields = statistics?.mean.length ?? 0;
  const mean2 = requireArray(state, "mean", Float64Array, fields);
  const variance = requireArray(state, "variance", Float64Array, fields);
  online.writeParameters(onlineParameters);
  target.writeParameters(targetParameters);
  online.writeOptimiser({ step: counts.data.adamStep, firstMoment, secondMoment });
  if (statistics === null) return;
  statistics.mean.set(mean2);
  statistics.variance.set(variance);
  statistics.count = counts.data.statisticsCount;
}
var Counts = object({ adamStep: number2().int(), statisticsCount: number2() });

// agent/rl/policy/contract.ts
function contractDifference(policy, expected) {
  if (policy.spec !== expected.spec) return `it observes ${policy.spec}, ${expected.spec} is needed`;
  const observed = namesOf(policy.observationSpace);
  const needed = namesOf(expected.observationSpace);
  if (observed.length !== needed.length) {
    return `it observes ${observed.length} numbers, ${expected.spec} has ${needed.length}`;
  }
  const other = observed.findIndex((name, index) => name !== needed[index]);
  if (other >= 0) return `number ${other + 1} of its observation is ${observed[other]}, not ${needed[other]}`;
  const actions = namesOf(policy.actionSpace);
  const neededActions = namesOf(expected.actionSpace);
  if (policy.actionSpace.kind !== expected.actionSpace.kind || actions.join("\n") !== neededActions.join("\n")) {
    return `its actions are ${listed(policy.actionSpace)}, needed are ${listed(expected.actionSpace)}`;
  }
  return null;
}
function namesOf(space) {
  return space.kind === "box" ? space.fields.map(({ name }) => name) : space.labels;
}
function listed(space) {
  const names = namesOf(space).join(", ");
  return space.kind === "box" ? `the numbers ${names}` : names;
}

// agent/rl/algorithms/transfer.ts
function initialiseFrom(network, policy, { freeze }) {
  const theirs = describeLayers(policy.network);
  const ours = describeLayers(network.spec);
  const difference = ours.map((layer, index) => ({ layer, other: theirs[index] })).find(({ layer, other }) => layer !== other);
  if (difference || ours.length !== theirs.length) {
    const expected = difference?.layer ?? "no further layer";
    const found = difference ? difference.other ?? "no further layer" : theirs[ours.length];
    throw incompatible(`it has ${found} where the new network has ${expected}`);
  }
  if (policy.parameters.length !== network.parameterCount) {
    throw incompatible(`it has ${policy.parameters.length} parameters, not ${network.parameterCount}`);
  }
  const frozen = frozenLayers(network.spec, freeze);
  network.writeParameters(policy.parameters);
  return frozen;
}
function expectContract(policy, env, head) {
  if (policy.head !== head) throw incompatible(`its outputs are ${policy.head}, the algorithm needs ${head}`);
  const difference = contractDifference(policy, env);
  if (difference !== null) throw incompatible(difference);
}
function frozenLayers(spec, names) {
  const layers = allLayers(spec).map(({ name }) => name);
  const matches = (layer, name) => layer === name || layer.startsWith(`${name}.`);
  const unknown2 = names.find((name) => !layers.some((layer) => matches(layer, name)));
  if (unknown2 !== void 0) throw invalidFreeze(`the network has no layer "${unknown2}"`, layers);
  const frozen = layers.filter((layer) => names.some((name) => matches(layer, name)));
  if (frozen.length === layers.length) throw invalidFreeze("nothing would be left to learn", layers);
  return new Set(frozen);
}
function describeLayers(spec) {
  const describe4 = ({ name, units, activation }, inputs) => `layer "${name}" (${inputs} \u2192 ${units} ${activation})`;
  const chain = (layers, inputs) => layers.map((layer, index) => describe4(layer, layers[index - 1]?.units ?? inputs));
  const trunkEnd = spec.trunk.at(-1)?.units ?? spec.inputs;
  return [...chain(spec.trunk, spec.inputs), ...spec.towers.flatMap(({ layers }) => chain(layers, trunkEnd))];
}
function incompatible(why) {
  return new CoxswainError(
    "model-incompatible",
    `The policy cannot be fine-tuned here: ${why}`,
    "Choose a policy of the same task, observation and network, or set the network\u2019s options to its own."
  );
}
function invalidFreeze(why, layers) {
  return new CoxswainError(
    "config-invalid",
    `The layers to freeze are impossible: ${why}`,
    `Freeze some of ${layers.join(", ")}.`
  );
}

// agent/rl/algorithms/uniformInitialisation.ts
function uniformInitialisation(spec, random) {
  const { trunk, towers, parameterCount } = flatLayers(spec);
  const parameters = new Float32Array(parameterCount);
  for (const { spec: layer, inputs, offset } of [...trunk, ...towers.flat()]) {
    const bound = 1 / Math.sqrt(inputs);
    const end = offset + (inputs + 1) * layer.units;
    for (let index = offset; index < end; index++) parameters[index] = bound * (2 * random.uniform() - 1);
  }
  return parameters;
}

// agent/rl/algorithms/dqn.ts
var ITERATION_STEPS = 1e3;
var NORMALISER_CLIP = 10;
var INITIALISE = -1;
var LEARN = -2;
function createDqnLearner(options) {
  return new DqnLearner(options);
}
var DqnLearner = class {
  algorithm = "dqn";
  replay;
  #envs;
  #settings;
  #totalSteps;
  #online;
  #target;
  #input;
  #sampler;
  #update;
  #random;
  #actions;
  #replayStep;
  #steps = 0;
  #updates = 0;
  /** Env steps when the replay buffer was empty. */
  #replayBegan = 0;
  constructor(options) {
    const { envs, engine, hyperparameters, totalSteps, seed, initialPolicy = null, freeze = [] } = options;
    const { terms, weights } = options.reward ?? { terms: envs.rewards, weights: Float32Array.of(1) };
    this.#envs = envs;
    this.#settings = hyperparameters;
    this.#totalSteps = totalSteps;
    this.#random = new Random(mixSeed(seed, LEARN));
    this.#input = new ObservationInput(statisticsFor(envs, hyperparameters, initialPolicy), NORMALISER_CLIP);
    const fields = envs.observationSpace.fields.length;
    const spec = dqnNetwork(fields, actionCount(envs), hyperparameters);
    const maxRows = Math.max(hyperparameters.batchSize, envs.count);
    this.#online = engine.createNetwork(spec, { maxRows, random: null });
    this.#target = engine.createNetwork(spec, { maxRows, random: null });
    this.#online.writeParameters(uniformInitialisation(spec, new Random(mixSeed(seed, INITIALISE))));
    if (initialPolicy) expectContract(initialPolicy, envs, "q-values");
    const frozen = initialPolicy ? initialiseFrom(this.#online, initialPolicy, { freeze }) : frozenLayers(spec, freeze);
    this.#target.blendParameters(this.#online, 1);
    const capacity = hyperparameters.bufferSize;
    this.replay = new ReplayBuffer({ capacity, envs: envs.count, fields, rewardTerms: weights.length });
    this.replay.begin(envs.observations);
    this.#input.statistics?.update(envs.observations);
    this.#sampler = hyperparameters.prioritized ? new PrioritisedReplay(this.replay, hyperparameters) : uniformReplay(this.replay);
    this.#actions = new Float32Array(envs.count);
    const { terminated, truncated, finalObservations, observations } = envs;
    this.#replayStep = {
      actions: this.#actions,
      terms,
      terminated,
      truncated,
      finalObservations,
      observations
    };
    this.#update = new DqnUpdate(
      {
        online: this.#online,
        target: this.#target,
        replay: this.replay,
        sampler: this.#sampler,
        input: this.#input,
        rewardWeights: weights,
        frozenLayers: frozen,
        random: this.#random
      },
      hyperparameters
    );
  }
  get steps() {
    return this.#steps;
  }
  async iterate() {
    return this.advance(ITERATION_STEPS);
  }
  /** At least `steps` env steps, with the gradient steps that belong to them. @throws NumericError */
  advance(steps) {
    const end = this.#steps + steps;
    const where = () => `env step ${this.#steps}, gradient step ${this.#updates}`;
    namingStep(where, () => {
      while (this.#steps < end) this.#step();
    });
    const metrics = {
      "rollout/exploration_rate": explorationRate(this.#progress, this.#settings),
      ...this.#update.takeMetrics(),
      "train/n_updates": this.#updates
    };
    return { steps: this.#steps, episodes: this.#envs.takeEpisodes(), metrics };
  }
  policy() {
    const { spec, observationSpace, actionSpace } = this.#envs;
    return {
      head: "q-values",
      network: this.#online.spec,
      parameters: this.#online.readParameters(),
      logStandardDeviations: [],
      spec,
      observationSpace,
      actionSpace,
      normaliser: this.#input.statistics?.toNormaliser(this.#input.clip) ?? null
    };
  }
  /** Goes on from other parameters, an average of several learners' say; the optimiser begins anew. */
  adoptParameters(parameters) {
    this.#online.writeParameters(parameters);
    this.#target.blendParameters(this.#online, 1);
    const zeros = new Float32Array(this.#online.parameterCount);
    this.#online.writeOptimiser({ step: 0, firstMoment: zeros, secondMoment: zeros });
  }
  async save({ replay }) {
    const values = {
      steps: this.#steps,
      updates: this.#updates,
      replayBegan: this.#replayBegan,
      random: this.#random.save()
    };
    const replayParts = replay ? { replay: this.replay.save(), sampler: this.#sampler.save() } : {};
    return joinStates(values, {
      envs: this.#envs.save(),
      networks: saveNetworks(this.#networks),
      ...replayParts
    });
  }
  /** @throws CoxswainError `checkpoint-invalid` */
  async restore(state) {
    const { values, parts } = splitState(state);
    const saved = Saved.safeParse(values);
    if (!saved.success) throw invalidState("it is not the state of a DQN");
    this.#envs.restore(requirePart(parts, "envs"));
    restoreNetworks(this.#networks, requirePart(parts, "networks"));
    this.#steps = saved.data.steps;
    this.#updates = saved.data.updates;
    this.#random.restore(saved.data.random);
    this.#restoreReplay(parts, saved.data);
  }
  async close() {
    this.#online.dispose();
    this.#target.dispose();
  }
  get #networks() {
    return { online: this.#online, target: this.#target, statistics: this.#input.statistics };
  }
  get #progress() {
    return this.#steps / this.#totalSteps;
  }
  /** One step of all envs, and the learning that is due after it. */
  #step() {
    const { trainFreq, targetUpdateInterval, tau } = this.#settings;
    const { count: count3 } = this.#envs;
    this.#act();
    this.#envs.step(this.#actions);
    this.replay.add(this.#replayStep);
    this.#input.statistics?.update(this.#envs.observations);
    const before = this.#steps;
    this.#steps += count3;
    if (crosses(before, this.#steps, targetUpdateInterval)) this.#target.blendParameters(this.#online, tau);
    if (this.#steps / count3 % trainFreq === 0) this.#learn();
  }
  /** ε-greedy; at random until learning starts. */
  #act() {
    const { learningStarts } = this.#settings;
    const choices = this.#online.outputs[0]?.columns ?? 0;
    const epsilon = this.#steps < learningStarts ? 1 : explorationRate(this.#progress, this.#settings);
    let greedy = 0;
    for (let env = 0; env < this.#envs.count; env++) {
      const explores = this.#random.uniform() < epsilon;
      this.#actions[env] = explores ? this.#random.below(choices) : -1;
      if (!explores) greedy++;
    }
    if (greedy > 0) this.#actGreedily();
  }
  /** Where no action has been chosen yet. */
  #actGreedily() {
    const [q] = this.#online.outputs;
    if (!q) return;
    const { count: count3, observations } = this.#envs;
    for (let env = 0; env < count3; env++) this.#input.write(observations, env, this.#online.input, env);
    this.#online.forward(count3);
    for (let env = 0; env < count3; env++) {
      if (this.#actions[env] === -1) this.#actions[env] = argmax(q, env);
    }
  }
  #learn() {
    const { learningStarts, gradientSteps, trainFreq } = this.#settings;
    const seen = this.#steps - this.#replayBegan;
    if (seen <= learningStarts || this.replay.size === 0) return;
    const rounds = gradientSteps === -1 ? trainFreq * this.#envs.count : gradientSteps;
    for (let round = 0; round < rounds; round++) {
      this.#update.step(this.#progress);
      this.#updates++;
    }
  }
  /** Without a saved one the buffer begins anew and is filled by the policy before learning goes on. */
  #restoreReplay(parts, { steps, replayBegan }) {
    if (!parts.replay) {
      this.#replayBegan = steps;
      this.replay.begin(this.#envs.observations);
      return;
    }
    this.#replayBegan = replayBegan;
    this.replay.restore(parts.replay);
    this.#sampler.restore(requirePart(parts, "sampler"));
  }
};
var Saved = object({
  steps: number2().int(),
  updates: number2().int(),
  replayBegan: number2().int(),
  random: tuple([number2(), number2(), number2(), number2(), number2().nullable()]).readonly()
});
function crosses(before, after, interval) {
  return Math.floor(after / interval) > Math.floor(before / interval);
}
function actionCount({ actionSpace }) {
  if (actionSpace.kind === "discrete" && actionSpace.labels.length <= 256) return actionSpace.labels.length;
  throw new CoxswainError(
    "config-invalid",
    "DQN chooses among at most 256 actions, and the env takes numbers or more of them",
    "Train with PPO, or choose another env."
  );
}
function statisticsFor({ observationSpace }, { normalizeObservations }, initialPolicy) {
  if (initialPolicy && initialPolicy.normaliser !== null !== normalizeObservations) {
    throw incompatible(`normalizeObservations was ${!normalizeObservations} when it was learned`);
  }
  if (!normalizeObservations) return null;
  return initialPolicy?.normaliser ? RunningStatistics.from(initialPolicy.normaliser) : new RunningStatistics(observationSpace.fields.length);
}

// agent/rl/algorithms/dqnHyperparameters.ts
var whole = (value, min, max) => number2().int().min(min).max(max).default(value);
var positive = (value) => number2().positive().default(value);
var share2 = (value) => number2().min(0).max(1).default(value);
var DqnHyperparameters = strictObject({
  learningRate: scheduleOf(number2().positive()).default(5e-4).describe("Of Adam; a number, or start and end between which it moves linearly."),
  bufferSize: whole(1e5, 1, 1e8).describe("Transitions that the replay buffer keeps."),
  learningStarts: whole(1e3, 0, 1e9).describe(
    "Env steps with random actions before the first gradient step."
  ),
  batchSize: whole(64, 1, 4096).describe("Transitions in a gradient step."),
  gamma: share2(0.99).describe("Discount of the next step\u2019s value."),
  tau: number2().gt(0).max(1).default(1).describe("Share of the online network in the target network at an update; 1 copies."),
  targetUpdateInterval: whole(2e3, 1, 1e9).describe(
    "Env steps between two updates of the target network."
  ),
  trainFreq: whole(4, 1, 1e6).describe("Steps of all envs between two rounds of gradient steps."),
  gradientSteps: whole(1, -1, 1e6).describe(
    "Gradient steps in a round; \u22121: as many as env steps since the last."
  ),
  explorationInitialEps: share2(1).describe("Share of random actions at the beginning."),
  explorationFinalEps: share2(0.07).describe("Share of random actions in the end."),
  explorationFraction: share2(0.1).describe("Share of the training over which it falls, linearly."),
  doubleQ: boolean2().default(true).describe("The online network selects the next action, the target network evaluates it."),
  nStep: whole(1, 1, 100).describe("Rewards in a target before the network\u2019s own estimate."),
  prioritized: boolean2().default(false).describe("Replay what surprised more often."),
  prioritizedAlpha: share2(0.6).describe("How much priorities count: 0 not at all, 1 in proportion."),
  prioritizedBeta0: share2(0.4).describe(
    "Share of the bias that is corrected at first; in the end all of it."
  ),
  maxGradNorm: positive(10).describe("Norm that gradients are cut to."),
  adamEpsilon: positive(1e-8).describe("\u03B5 of Adam."),
  netArch: array(number2().int().min(1).max(4096)).min(1).default([256, 256, 128]).describe("Units of the hidden layers."),
  activation: _enum(["relu", "tanh"]).default("relu").describe("Of the hidden layers."),
  dropout: array(number2().min(0).lt(1)).default([0.2, 0.1, 0]).describe("Share of outputs that training drops, by hidden layer; what is absent is 0."),
  rewardScale: positive(1).describe(
    "Factor of all rewards; Huber\u2019s loss is linear where targets miss by over 1."
  ),
  normalizeObservations: boolean2().default(false).describe("Shift and scale observations by their running mean and variance."),
  nEnvs: whole(1, 1, 4096).describe("Envs that step together.")
}).superRefine((settings, context) => {
  const problem = (path, message2) => context.addIssue({ code: "custom", path: [path], message: message2 });
  if (settings.explorationFinalEps > settings.explorationInitialEps)
    problem("explorationFinalEps", `it is above explorationInitialEps (${settings.explorationInitialEps})`);
  if (settings.bufferSize < settings.nEnvs)
    problem("bufferSize", `it is below one transition for each of the ${settings.nEnvs} envs`);
  if (settings.dropout.length > settings.netArch.length)
    problem("dropout", `it has ${settings.dropout.length} layers, netArch only ${settings.netArch.length}`);
  if (settings.gradientSteps === 0) problem("gradientSteps", "with 0 nothing is learned");
});

// agent/rl/env/syncVectorEnv.ts
function createVectorEnv(makeEnv, options) {
  const { count: count3, firstIndex = 0, seed } = options;
  if (!Number.isInteger(count3) || count3 < 1) throw new RangeError(`a vector of ${count3} envs`);
  const slots = Array.from({ length: count3 }, (_, index) => new Slot(makeEnv(), firstIndex + index, seed));
  return new SyncVectorEnv(slots);
}
var SyncVectorEnv = class {
  count;
  spec;
  observationSpace;
  actionSpace;
  observations;
  rewards;
  terminated;
  truncated;
  finalObservations;
  #slots;
  #actionSize;
  #episodes = [];
  constructor(slots) {
    const [{ env }] = slots;
    const fields = env.observationSpace.fields.length;
    this.count = slots.length;
    this.spec = env.spec;
    this.observationSpace = env.observationSpace;
    this.actionSpace = env.actionSpace;
    this.observations = new Float32Array(this.count * fields);
    this.rewards = new Float32Array(this.count);
    this.terminated = new Uint8Array(this.count);
    this.truncated = new Uint8Array(this.count);
    this.finalObservations = new Float32Array(this.count * fields);
    this.#slots = slots;
    this.#actionSize = actionSize(env.actionSpace);
    for (const [index, slot] of slots.entries())
      slot.begin(slot.nextSeed(), this.observations, index * fields);
  }
  step(actions) {
    const expected = this.count * this.#actionSize;
    if (actions.length !== expected)
      throw new RangeError(`${actions.length} action numbers, not ${expected}`);
    for (let index = 0; index < this.count; index++) this.#stepOne(index, actions);
  }
  #stepOne(index, actions) {
    const slot = this.#slots[index];
    const { env } = slot;
    const row = index * env.observation.length;
    const { reward, terminated, truncated } = slot.step(actions, index * this.#actionSize);
    this.rewards[index] = reward;
    this.terminated[index] = terminated ? 1 : 0;
    this.truncated[index] = truncated && !terminated ? 1 : 0;
    if (!terminated && !truncated) {
      slot.observe(this.observations, row);
      return;
    }
    slot.observe(this.finalObservations, row);
    this.#episodes.push(slot.episode(terminated));
    slot.begin(slot.nextSeed(), this.observations, row);
  }
  takeEpisodes() {
    const taken = this.#episodes;
    this.#episodes = [];
    return taken;
  }
  save() {
    const lengths = this.#slots.map(({ length }) => length);
    const actions = new Float32Array(lengths.reduce((sum2, length) => sum2 + length * this.#actionSize, 0));
    let end = 0;
    for (const { actions: played } of this.#slots) {
      actions.set(played, end);
      end += played.length;
    }
    const values = {
      envs: this.#slots.map((slot) => ({
        random: slot.random.save(),
        episodeSeed: slot.episodeSeed,
        length: slot.length
      })),
      episodes: this.#episodes.map((episode) => ({ ...episode }))
    };
    return { values, arrays: { actions, observations: this.observations.slice() } };
  }
  restore({ values, arrays }) {
    const { envs, episodes } = parseSaved(values);
    const { actions, observations } = arrays;
    const numbers = envs.reduce((sum2, { length }) => sum2 + length * this.#actionSize, 0);
    if (envs.length !== this.count) throw invalid(`it holds ${envs.length} envs, here are ${this.count}`);
    if (!(actions instanceof Float32Array) || actions.length !== numbers)
      throw invalid("actions are missing");
    let from = 0;
    for (const [index, slot] of this.#slots.entries()) {
      const { random, episodeSeed, length } = envs[index];
      const to = from + length * this.#actionSize;
      slot.random.restore(random);
      slot.replay(episodeSeed, actions, from, to);
      slot.observe(this.observations, index * slot.env.observation.length);
      from = to;
    }
    if (!this.observations.every((value, index) => value === observations?.[index])) {
      throw invalid("its episodes, played again, went another way: env or its options have changed");
    }
    this.rewards.fill(0);
    this.terminated.fill(0);
    this.truncated.fill(0);
    this.#episodes = episodes;
  }
};
var Slot = class {
  env;
  random;
  #index;
  #vector;
  episodeSeed = 0;
  /** Steps of the episode. */
  length = 0;
  #return = 0;
  /** Grows to the longest episode and stays. */
  #actions;
  constructor(env, index, seed) {
    const size2 = actionSize(env.actionSpace);
    this.env = env;
    this.random = new Random(mixSeed(seed, index));
    this.#index = index;
    this.#vector = env.actionSpace.kind === "box" ? new Float32Array(size2) : null;
    this.#actions = new Float32Array(64 * size2);
  }
  /** What was done in the episode: length × actionSize. A view. */
  get actions() {
    return this.#actions.subarray(0, this.length * actionSize(this.env.actionSpace));
  }
  nextSeed() {
    return this.random.below(FIRST_HELD_OUT_SEED);
  }
  /** Begins an episode and writes its first observation. */
  begin(seed, observations, offset) {
    this.#reset(seed);
    this.observe(observations, offset);
  }
  step(actions, offset) {
    const action = this.#record(actions, offset);
    const result = this.#stepEnv(action);
    this.length++;
    if (!Number.isFinite(result.reward)) throw this.#numericError("reward", result.reward);
    this.#return += result.reward;
    return result;
  }
  /** Copies the observation. @throws NumericError */
  observe(observations, offset) {
    const { observation } = this.env;
    for (let index = 0; index < observation.length; index++) {
      const value = observation[index];
      if (!Number.isFinite(value)) throw this.#observationError(index, value);
      observations[offset + index] = value;
    }
  }
  episode(terminated) {
    return { env: this.#index, return: this.#return, length: this.length, terminated, info: this.env.info() };
  }
  replay(seed, actions, from, to) {
    this.#reset(seed);
    const size2 = actionSize(this.env.actionSpace);
    for (let offset = from; offset < to; offset += size2) this.step(actions, offset);
  }
  #reset(seed) {
    this.env.reset(seed);
    this.episodeSeed = seed;
    this.length = 0;
    this.#return = 0;
  }
  #record(actions, offset) {
    const vector = this.#vector;
    const size2 = vector === null ? 1 : vector.length;
    const end = this.length * size2;
    if (end === this.#actions.length) this.#grow();
    for (let index = 0; index < size2; index++) {
      const value = actions[offset + index];
      this.#actions[end + index] = value;
      if (vector !== null) vector[index] = value;
    }
    return vector ?? actions[offset];
  }
  #grow() {
    const grown = new Float32Array(2 * this.#actions.length);
    grown.set(this.#actions);
    this.#actions = grown;
  }
  #stepEnv(action) {
    try {
      return this.env.step(action);
    } catch (error2) {
      const what = error2 instanceof Error ? error2.message : String(error2);
      const message2 = `env ${this.#index}, step ${this.length} of its episode: ${what}`;
      throw error2 instanceof RangeError ? new RangeError(message2) : new Error(message2, { cause: error2 });
    }
  }
  #observationError(index, value) {
    return this.#numericError(`observation "${this.env.observationSpace.fields[index]?.name}"`, value);
  }
  #numericError(what, value) {
    return new NumericError(`env ${this.#index}: ${what} at step ${this.length} of its episode`, value);
  }
};
var Saved2 = object({
  envs: array(
    object({
      random: tuple([number2(), number2(), number2(), number2(), number2().nullable()]).readonly(),
      episodeSeed: number2(),
      length: number2().int()
    })
  ),
  /** Ended and not yet taken. */
  episodes: array(
    object({
      env: number2(),
      return: number2(),
      length: number2(),
      terminated: boolean2(),
      info: record(string2(), number2())
    })
  )
});
function parseSaved(values) {
  const parsed = Saved2.safeParse(values);
  if (!parsed.success) throw invalid("it is no state of envs");
  return parsed.data;
}
function invalid(why) {
  return new CoxswainError(
    "checkpoint-invalid",
    `The state of the envs cannot be restored: ${why}`,
    "Resume with the options that the training began with, or start it anew."
  );
}

// agent/rl/algorithms/segmentMeter.ts
var SegmentMeter = class {
  /** envs × terms, of the last step. */
  stepTerms;
  #terms;
  /** Env steps, sum of the objective, sum of each term. */
  #sums;
  constructor(envs, terms) {
    this.stepTerms = new Float32Array(envs * terms);
    this.#terms = terms;
    this.#sums = new Float64Array(2 + terms);
  }
  /** The env, measured, with the outer objective as its reward. @param index of the env */
  measure(env, index) {
    const stepTerms = this.stepTerms.subarray(index * this.#terms, (index + 1) * this.#terms);
    return objectiveReward(env, (terms, objective) => {
      stepTerms.set(terms);
      this.#add(1, 0);
      this.#add(objective, 1);
      for (let term = 0; term < this.#terms; term++) this.#add(terms[term], 2 + term);
    });
  }
  begin() {
    this.#sums.fill(0);
  }
  /** Mean of an env step; 0 before the first. */
  get objective() {
    return this.#mean(1);
  }
  termMean(term) {
    return this.#mean(2 + term);
  }
  save() {
    return { values: null, arrays: { sums: this.#sums.slice() } };
  }
  /** @throws CoxswainError `checkpoint-invalid` */
  restore(state) {
    this.#sums.set(requireArray(state, "sums", Float64Array, this.#sums.length));
  }
  #add(value, to) {
    this.#sums[to] = this.#sums[to] + value;
  }
  #mean(of) {
    const [steps = 0] = this.#sums;
    return steps === 0 ? 0 : this.#sums[of] / steps;
  }
};

// agent/rl/algorithms/distributions/gaussian.ts
var HALF_LOG_TWO_PI = Math.log(2 * Math.PI) / 2;
var Gaussian = class {
  head = "gaussian";
  outputs;
  actionSize;
  parameters;
  parameterGradients;
  logProbability = 0;
  entropy = 0;
  /** (a − μ) ÷ σ and σ of the last row. */
  #standardised;
  #deviations;
  constructor(numbers) {
    this.outputs = numbers;
    this.actionSize = numbers;
    this.parameters = new Float32Array(numbers);
    this.parameterGradients = new Float64Array(numbers);
    this.#standardised = new Float64Array(numbers);
    this.#deviations = new Float64Array(numbers);
  }
  sample(outputs, offset, random, actions, actionOffset) {
    for (let k = 0; k < this.outputs; k++) {
      const deviation = Math.exp(this.parameters[k]);
      actions[actionOffset + k] = outputs[offset + k] + deviation * random.gaussian();
    }
    this.evaluate(outputs, offset, actions, actionOffset);
  }
  evaluate(outputs, offset, actions, actionOffset) {
    let logProbability = 0;
    let entropy = 0;
    for (let k = 0; k < this.outputs; k++) {
      const logDeviation = this.parameters[k];
      const deviation = Math.exp(logDeviation);
      const mean2 = outputs[offset + k];
      const standardised = (actions[actionOffset + k] - mean2) / deviation;
      logProbability -= 0.5 * standardised * standardised + logDeviation + HALF_LOG_TWO_PI;
      entropy += 0.5 + HALF_LOG_TWO_PI + logDeviation;
      this.#standardised[k] = standardised;
      this.#deviations[k] = deviation;
    }
    this.logProbability = logProbability;
    this.entropy = entropy;
  }
  /** d log π/dμ = (a − μ)/σ², d log π/d log σ = ((a − μ)/σ)² − 1, and dH/d log σ = 1. */
  addGradient(logProbabilityGradient, entropyGradient, outputGradients, offset) {
    for (let k = 0; k < this.outputs; k++) {
      const standardised = this.#standardised[k];
      outputGradients[offset + k] = logProbabilityGradient * standardised / this.#deviations[k];
      this.parameterGradients[k] = this.parameterGradients[k] + logProbabilityGradient * (standardised * standardised - 1) + entropyGradient;
    }
  }
};

// agent/rl/algorithms/gae.ts
function estimateAdvantages(rollout, { gamma, gaeLambda }, advantages, returns) {
  const { steps, envs, rewards, values, terminated, truncated, truncationValues, lastValues } = rollout;
  for (let env = 0; env < envs; env++) {
    let advantage = 0;
    let nextValue = lastValues[env];
    for (let index = (steps - 1) * envs + env; index >= 0; index -= envs) {
      if (terminated[index] === 1) {
        nextValue = advantage = 0;
      } else if (truncated[index] === 1) {
        nextValue = truncationValues[index];
        advantage = 0;
      }
      const value = values[index];
      const tdError = rewards[index] + gamma * nextValue - value;
      advantage = tdError + gamma * gaeLambda * advantage;
      advantages[index] = advantage;
      returns[index] = advantage + value;
      nextValue = value;
    }
  }
}

// agent/rl/algorithms/ppoNetwork.ts
var POLICY_GAIN = 0.01;
var VALUE_GAIN = 1;
function ppoNetwork(inputs, outputs, { netArch, activation, sharedTrunk }) {
  const tower = (name, units, gain) => ({
    name,
    layers: [...sharedTrunk ? [] : hiddenLayers(name, netArch, activation), outputLayer(name, units, gain)]
  });
  return {
    inputs,
    trunk: sharedTrunk ? hiddenLayers("trunk", netArch, activation) : [],
    towers: [tower("policy", outputs, POLICY_GAIN), tower("value", 1, VALUE_GAIN)]
  };
}
function outputLayer(tower, units, gain) {
  return { name: `${tower}.out`, units, activation: "linear", dropout: 0, gain };
}

// agent/rl/algorithms/clippedSurrogate.ts
function clippedSurrogate(ratio2, advantage, clipRange) {
  const clipped = Math.min(Math.max(ratio2, 1 - clipRange), 1 + clipRange);
  return -Math.min(ratio2 * advantage, clipped * advantage);
}
function clippedSurrogateGradient(ratio2, advantage, clipRange) {
  const isClipped = advantage > 0 ? ratio2 > 1 + clipRange : ratio2 < 1 - clipRange;
  return isClipped ? 0 : -ratio2 * advantage;
}

// agent/rl/algorithms/shuffledIndices.ts
function shuffledIndices(indices, random, begins) {
  if (begins) for (let index = 0; index < indices.length; index++) indices[index] = index;
  for (let index = indices.length - 1; index > 0; index--) {
    const other = random.below(index + 1);
    const swapped = indices[index];
    indices[index] = indices[other];
    indices[other] = swapped;
  }
}

// agent/rl/algorithms/ppoUpdate.ts
var KL_TOLERANCE = 1.5;
var DEVIATION_FLOOR = 1e-8;
var PpoUpdate = class {
  #parts;
  #settings;
  #policy;
  #value;
  #order;
  #normal = { mean: 0, deviation: 1 };
  /** Of the minibatch before. */
  #last = { policyLoss: 0, valueLoss: 0, entropy: 0, approxKl: 0, clipped: 0, loss: 0 };
  /** @param count steps of an iteration */
  constructor(parts, settings, count3) {
    this.#parts = parts;
    this.#settings = settings;
    this.#policy = towerAt(parts.network, 0);
    this.#value = towerAt(parts.network, 1);
    this.#order = new Int32Array(count3);
  }
  /**
   * Learns from the batch `nEpochs` times, in minibatches of random steps.
   *
   * @returns metrics by Stable-Baselines3's names, means over all minibatches but for `approx_kl`, over those of the
   * last epoch, and `loss`, of the last minibatch; and the epochs that were begun @throws NumericError
   */
  run(batch, rates) {
    const { batchSize, nEpochs } = this.#settings;
    const sums = new Sums();
    let approxKl = 0;
    let epochs = 0;
    for (let goesOn = true; goesOn && epochs < nEpochs; ) {
      epochs++;
      shuffledIndices(this.#order, this.#parts.random, epochs === 1);
      let minibatches = 0;
      let klSum = 0;
      for (let start = 0; goesOn && start < batch.count; start += batchSize) {
        const rows = Math.min(batchSize, batch.count - start);
        this.#evaluate(batch, start, rows, rates, epochs);
        goesOn = !this.#hasMovedTooFar();
        sums.add(this.#last, goesOn ? this.#descend(rows, rates.learningRate) : 0);
        klSum += this.#last.approxKl;
        minibatches++;
      }
      approxKl = klSum / minibatches;
    }
    return {
      epochs,
      metrics: { ...sums.means(), "train/approx_kl": approxKl, "train/loss": this.#last.loss }
    };
  }
  /** Loss and dLoss/dOutputs of the minibatch that begins at `start` of the order. */
  #evaluate(batch, start, rows, rates, epoch) {
    const { network, input, distribution } = this.#parts;
    for (let row = 0; row < rows; row++) {
      input.write(batch.observations, this.#order[start + row], network.input, row);
    }
    network.forward(rows);
    this.#normalise(batch.advantages, start, rows);
    distribution.parameterGradients.fill(0);
    this.#addLosses(batch, start, rows, rates);
    const { loss } = this.#last;
    const where = () => `the loss of epoch ${epoch}, minibatch ${start / this.#settings.batchSize + 1},`;
    if (!Number.isFinite(loss)) throw new NumericError(where(), loss);
  }
  #addLosses(batch, start, rows, { clipRange, entCoef }) {
    const { distribution } = this.#parts;
    const { vfCoef } = this.#settings;
    const { output, gradient } = this.#policy;
    const { output: values, gradient: valueGradient } = this.#value;
    const { mean: mean2, deviation } = this.#normal;
    let [policyLoss, valueLoss, entropy, approxKl, clipped] = [0, 0, 0, 0, 0];
    for (let row = 0; row < rows; row++) {
      const index = this.#order[start + row];
      distribution.evaluate(
        output.values,
        row * output.stride,
        batch.actions,
        index * distribution.actionSize
      );
      const logRatio2 = distribution.logProbability - batch.logProbabilities[index];
      const ratio2 = Math.exp(logRatio2);
      const advantage = (batch.advantages[index] - mean2) / deviation;
      policyLoss += clippedSurrogate(ratio2, advantage, clipRange);
      entropy += distribution.entropy;
      approxKl += ratio2 - 1 - logRatio2;
      if (Math.abs(ratio2 - 1) > clipRange) clipped++;
      distribution.addGradient(
        clippedSurrogateGradient(ratio2, advantage, clipRange) / rows,
        -entCoef / rows,
        gradient.values,
        row * gradient.stride
      );
      const error2 = values.values[row * values.stride] - batch.returns[index];
      valueLoss += error2 * error2;
      valueGradient.values[row * valueGradient.stride] = 2 * vfCoef * error2 / rows;
    }
    const last = this.#last;
    last.policyLoss = policyLoss / rows;
    last.valueLoss = valueLoss / rows;
    last.entropy = entropy / rows;
    last.approxKl = approxKl / rows;
    last.clipped = clipped / rows;
    last.loss = last.policyLoss + vfCoef * last.valueLoss - entCoef * last.entropy;
  }
  /** Mean and standard deviation of the minibatch's advantages; of a single one nothing can be told. */
  #normalise(advantages, start, rows) {
    const normal = this.#normal;
    normal.mean = 0;
    normal.deviation = 1;
    if (!this.#settings.normalizeAdvantage || rows < 2) return;
    let sum2 = 0;
    for (let row = 0; row < rows; row++) sum2 += advantages[this.#order[start + row]];
    const mean2 = sum2 / rows;
    let squares = 0;
    for (let row = 0; row < rows; row++) {
      const deviation = advantages[this.#order[start + row]] - mean2;
      squares += deviation * deviation;
    }
    normal.mean = mean2;
    normal.deviation = Math.sqrt(squares / (rows - 1)) + DEVIATION_FLOOR;
  }
  #hasMovedTooFar() {
    const { targetKl } = this.#settings;
    return targetKl !== null && this.#last.approxKl > KL_TOLERANCE * targetKl;
  }
  /** @returns the norm of the network's gradient */
  #descend(rows, learningRate) {
    const { network, distribution, distributionAdam, frozenLayers: frozenLayers2 } = this.#parts;
    const { maxGradNorm, adamEpsilon } = this.#settings;
    const options = { learningRate, maxGradNorm, epsilon: adamEpsilon, frozenLayers: frozenLayers2 };
    network.backward(rows);
    const norm = network.step(options);
    distributionAdam.step(distribution.parameters, distribution.parameterGradients, options);
    return norm;
  }
};
var Sums = class {
  #minibatches = 0;
  #steps = 0;
  #policyLoss = 0;
  #valueLoss = 0;
  #entropy = 0;
  #clipped = 0;
  #gradNorm = 0;
  /** @param gradNorm 0: no step was taken */
  add(last, gradNorm) {
    this.#minibatches++;
    if (gradNorm > 0) this.#steps++;
    this.#policyLoss += last.policyLoss;
    this.#valueLoss += last.valueLoss;
    this.#entropy += last.entropy;
    this.#clipped += last.clipped;
    this.#gradNorm += gradNorm;
  }
  means() {
    const count3 = this.#minibatches;
    return {
      "train/policy_gradient_loss": this.#policyLoss / count3,
      "train/value_loss": this.#valueLoss / count3,
      "train/entropy_loss": -this.#entropy / count3,
      "train/clip_fraction": this.#clipped / count3,
      "train/grad_norm": this.#gradNorm / Math.max(this.#steps, 1)
    };
  }
};
function towerAt({ outputs, outputGradients }, index) {
  const [output, gradient] = [outputs[index], outputGradients[index]];
  if (!output || !gradient) throw new RangeError("the network lacks a tower for policy or value");
  return { output, gradient };
}

// agent/rl/algorithms/rolloutArrays.ts
function emptyRollout({ steps, envs, fields, actionSize: actionSize2 }) {
  const count3 = steps * envs;
  return {
    steps,
    envs,
    observations: new Float32Array(count3 * fields),
    actions: new Float32Array(count3 * actionSize2),
    logProbabilities: new Float32Array(count3),
    values: new Float32Array(count3),
    rewards: new Float32Array(count3),
    terminated: new Uint8Array(count3),
    truncated: new Uint8Array(count3),
    truncationValues: new Float32Array(count3),
    lastValues: new Float32Array(envs),
    episodes: []
  };
}
var BY_STEP = [
  "observations",
  "actions",
  "logProbabilities",
  "values",
  "rewards",
  "terminated",
  "truncated",
  "truncationValues"
];
function transferList(rollout) {
  return [...BY_STEP.map((name) => rollout[name]), rollout.lastValues].map(
    ({ buffer }) => buffer
  );
}
function joinRollouts(parts, spare) {
  const whole3 = spare ?? emptyRollout(jointShape(parts));
  let first = 0;
  for (const part of parts) {
    for (const name of BY_STEP) copyColumns(part[name], whole3[name], { first, part, whole: whole3 });
    whole3.lastValues.set(part.lastValues, first);
    first += part.envs;
  }
  whole3.episodes = parts.flatMap(({ episodes }) => episodes);
  return whole3;
}
function jointShape(parts) {
  const [first] = parts;
  if (!first) throw new RangeError("no rollouts to join");
  return {
    steps: first.steps,
    envs: parts.reduce((sum2, { envs }) => sum2 + envs, 0),
    fields: first.observations.length / first.rewards.length,
    actionSize: first.actions.length / first.rewards.length
  };
}
function copyColumns(from, to, { first, part, whole: whole3 }) {
  const width = from.length / part.steps;
  const stride = to.length / whole3.steps;
  const column = first * (width / part.envs);
  for (let step = 0; step < part.steps; step++) {
    to.set(from.subarray(step * width, (step + 1) * width), step * stride + column);
  }
}

// agent/rl/algorithms/vectorAdam.ts
var VectorAdam = class {
  #step = 0;
  #firstMoment;
  #secondMoment;
  constructor(parameters) {
    this.#firstMoment = new Float32Array(parameters);
    this.#secondMoment = new Float32Array(parameters);
  }
  /** @throws NumericError where the gradients' norm is not finite */
  step(parameters, gradients, options) {
    const norm = Math.sqrt(gradients.reduce((sum2, gradient) => sum2 + gradient * gradient, 0));
    const { rate, secondScale, epsilon, gradientScale } = adamStep(options, this.#step + 1, norm);
    this.#step++;
    for (let index = 0; index < parameters.length; index++) {
      const gradient = gradients[index] * gradientScale;
      const first = BETA1 * this.#firstMoment[index] + (1 - BETA1) * gradient;
      const second = BETA2 * this.#secondMoment[index] + (1 - BETA2) * gradient * gradient;
      this.#firstMoment[index] = first;
      this.#secondMoment[index] = second;
      const change = rate * first / (Math.sqrt(second) * secondScale + epsilon);
      parameters[index] = parameters[index] - change;
    }
  }
  /** A copy. */
  read() {
    return {
      step: this.#step,
      firstMoment: this.#firstMoment.slice(),
      secondMoment: this.#secondMoment.slice()
    };
  }
  write({ step, firstMoment, secondMoment }) {
    this.#step = step;
    this.#firstMoment.set(firstMoment);
    this.#secondMoment.set(secondMoment);
  }
};

// agent/rl/algorithms/weightTuner.ts
var FIRST_SPREAD = 0.5;
var CLIP = 5;
var TUNE = -3;
var WeightTuner = class {
  /** The weights of now; the same array for ever. */
  weights;
  #ranges;
  #settings;
  #network;
  #gaussian;
  #adam;
  #update;
  #random;
  #input;
  #statistics;
  #objectives = new RunningStatistics(1);
  #rollout;
  #advantages;
  #returns;
  /** Steps in the rollout that have their reward. */
  #filled = 0;
  #metrics = {};
  constructor({ ranges, observationSize, engine, hyperparameters, seed }) {
    const { nSteps, batchSize } = hyperparameters;
    this.weights = Float32Array.from(ranges, ({ initial }) => initial);
    this.#ranges = ranges;
    this.#settings = hyperparameters;
    this.#random = new Random(mixSeed(seed, TUNE));
    this.#network = engine.createNetwork(ppoNetwork(observationSize, ranges.length, hyperparameters), {
      maxRows: batchSize,
      random: this.#random
    });
    this.#gaussian = new Gaussian(ranges.length);
    this.#gaussian.parameters.fill(Math.log(FIRST_SPREAD));
    this.#adam = new VectorAdam(ranges.length);
    this.#statistics = new RunningStatistics(observationSize);
    this.#input = new ObservationInput(this.#statistics, CLIP);
    this.#update = new PpoUpdate(
      {
        network: this.#network,
        distribution: this.#gaussian,
        distributionAdam: this.#adam,
        // What is stored has been normalised as it was when it was acted on.
        input: new ObservationInput(null, CLIP),
        frozenLayers: /* @__PURE__ */ new Set(),
        random: this.#random
      },
      hyperparameters,
      nSteps
    );
    this.#rollout = emptyRollout({
      steps: nSteps,
      envs: 1,
      fields: observationSize,
      actionSize: ranges.length
    });
    this.#advantages = new Float32Array(nSteps);
    this.#returns = new Float32Array(nSteps);
  }
  /** Draws new weights for what is observed, after learning from the last `nSteps` if they are complete. */
  choose(observation, progress) {
    let value = this.#evaluate(observation);
    if (this.#filled === this.#settings.nSteps) {
      this.#learn(value, progress);
      value = this.#evaluate(observation);
    }
    const rollout = this.#rollout;
    const at = this.#filled;
    const fields = observation.length;
    const { input } = this.#network;
    for (let field2 = 0; field2 < fields; field2++) {
      rollout.observations[at * fields + field2] = input.values[field2];
    }
    const first = at * this.#ranges.length;
    this.#gaussian.sample(this.#means.values, 0, this.#random, rollout.actions, first);
    rollout.logProbabilities[at] = this.#gaussian.logProbability;
    rollout.values[at] = value;
    this.#apply(rollout.actions, first);
    this.#statistics.update(observation);
  }
  /** Takes the weights that the policy means, without its spread; nothing is learned from it. */
  settle(observation) {
    this.#evaluate(observation);
    this.#apply(this.#means.values, 0);
  }
  /** What the outer objective was under the weights that `choose` has drawn. */
  reward(objective) {
    this.#objectives.update(Float64Array.of(objective));
    const [mean2 = 0, variance = 0] = [this.#objectives.mean[0], this.#objectives.variance[0]];
    const standardised = (objective - mean2) / Math.sqrt(variance + 1e-8);
    this.#rollout.rewards[this.#filled] = Math.min(Math.max(standardised, -CLIP), CLIP);
    this.#filled++;
  }
  /** Of the last update, by the names that PPO logs; once each. */
  takeMetrics() {
    const metrics = this.#metrics;
    this.#metrics = {};
    return metrics;
  }
  save() {
    const { observations, actions, logProbabilities, values, rewards } = this.#rollout;
    const network = this.#network.readOptimiser();
    const gaussian = this.#adam.read();
    const saved = {
      filled: this.#filled,
      random: this.#random.save(),
      networkAdamStep: network.step,
      gaussianAdamStep: gaussian.step,
      observed: this.#statistics.count,
      rewarded: this.#objectives.count
    };
    const { weights } = this;
    const rollout = { observations, actions, logProbabilities, values, rewards, weights };
    return joinStates(saved, {
      rollout: { values: null, arrays: copyOf(rollout) },
      policy: {
        values: null,
        arrays: {
          network: this.#network.readParameters(),
          networkFirst: network.firstMoment,
          networkSecond: network.secondMoment,
          gaussian: this.#gaussian.parameters.slice(),
          gaussianFirst: gaussian.firstMoment,
          gaussianSecond: gaussian.secondMoment
        }
      },
      statistics: { values: null, arrays: copyOf(this.#statisticsArrays) }
    });
  }
  /** @throws CoxswainError `checkpoint-invalid` */
  restore(state) {
    const { values: own2, parts } = splitState(state);
    const saved = Saved3.safeParse(own2);
    if (!saved.success) throw invalidState("it is not the state of a hybrid");
    const policy = requirePart(parts, "policy");
    const floats = (name, length) => requireArray(policy, name, Float32Array, length);
    const { parameterCount } = this.#network;
    const terms = this.#ranges.length;
    this.#network.writeParameters(floats("network", parameterCount));
    this.#network.writeOptimiser({
      step: saved.data.networkAdamStep,
      firstMoment: floats("networkFirst", parameterCount),
      secondMoment: floats("networkSecond", parameterCount)
    });
    this.#gaussian.parameters.set(floats("gaussian", terms));
    this.#adam.write({
      step: saved.data.gaussianAdamStep,
      firstMoment: floats("gaussianFirst", terms),
      secondMoment: floats("gaussianSecond", terms)
    });
    const { observations, actions, logProbabilities, values, rewards } = this.#rollout;
    const rollout = { observations, actions, logProbabilities, values, rewards, weights: this.weights };
    for (const [name, array2] of Object.entries(rollout))
      array2.set(requireArray(requirePart(parts, "rollout"), name, Float32Array, array2.length));
    for (const [name, array2] of Object.entries(this.#statisticsArrays))
      array2.set(requireArray(requirePart(parts, "statistics"), name, Float64Array, array2.length));
    this.#statistics.count = saved.data.observed;
    this.#objectives.count = saved.data.rewarded;
    this.#filled = saved.data.filled;
    this.#random.restore(saved.data.random);
  }
  dispose() {
    this.#network.dispose();
  }
  get #means() {
    return outputOf(this.#network, 0);
  }
  get #statisticsArrays() {
    return {
      mean: this.#statistics.mean,
      variance: this.#statistics.variance,
      objectiveMean: this.#objectives.mean,
      objectiveVariance: this.#objectives.variance
    };
  }
  /** @returns the value of what is observed; the means are then in the policy's output */
  #evaluate(observation) {
    this.#input.write(observation, 0, this.#network.input, 0);
    this.#network.forward(1);
    return outputOf(this.#network, 1).values[0];
  }
  #apply(actions, offset) {
    for (const [index, { initial, min, max }] of this.#ranges.entries()) {
      const weight3 = initial + actions[offset + index] * (max - min) / 2;
      this.weights[index] = Math.min(Math.max(weight3, min), max);
    }
  }
  #learn(lastValue, progress) {
    const { learningRate, clipRange, entCoef, nSteps } = this.#settings;
    this.#rollout.lastValues[0] = lastValue;
    estimateAdvantages(this.#rollout, this.#settings, this.#advantages, this.#returns);
    const { metrics } = this.#update.run(
      { ...this.#rollout, count: nSteps, advantages: this.#advantages, returns: this.#returns },
      {
        learningRate: scheduledValue(learningRate, progress),
        clipRange: scheduledValue(clipRange, progress),
        entCoef: scheduledValue(entCoef, progress)
      }
    );
    this.#metrics = metrics;
    this.#filled = 0;
  }
};
var Saved3 = object({
  filled: number2().int(),
  random: tuple([number2(), number2(), number2(), number2(), number2().nullable()]).readonly(),
  networkAdamStep: number2().int(),
  gaussianAdamStep: number2().int(),
  observed: number2(),
  rewarded: number2()
});
function copyOf(arrays) {
  return Object.fromEntries(Object.entries(arrays).map(([name, array2]) => [name, array2.slice()]));
}
function outputOf({ outputs }, index) {
  const output = outputs[index];
  if (!output) throw new RangeError("the network lacks a tower for policy or value");
  return output;
}

// agent/rl/algorithms/hybrid.ts
var SETTLED_FROM = 0.9;
var GENERAL_FIELDS = 3;
function createHybridLearner(options) {
  return new HybridLearner(options);
}
var HybridLearner = class {
  algorithm = "hybrid";
  #settings;
  #totalSteps;
  #terms;
  #dqn;
  #tuner;
  #meter;
  #observation;
  #lastObjective = 0;
  constructor(options) {
    const { createEnv: createEnv2, hyperparameters, initialPolicy = null, freeze = [], ...common } = options;
    const { dqn, ppo, rewardWeights } = hyperparameters;
    this.#settings = hyperparameters;
    this.#totalSteps = common.totalSteps;
    this.#terms = withTerms(createEnv2()).rewardTerms;
    this.#observation = new Float32Array(GENERAL_FIELDS + 2 * this.#terms.length);
    this.#meter = new SegmentMeter(dqn.nEnvs, this.#terms.length);
    this.#tuner = new WeightTuner({
      ranges: rangesOf(this.#terms, rewardWeights),
      observationSize: this.#observation.length,
      engine: common.engine,
      hyperparameters: ppo,
      seed: common.seed
    });
    let made = 0;
    const envs = createVectorEnv(() => this.#meter.measure(withTerms(createEnv2()), made++), {
      count: dqn.nEnvs,
      seed: common.seed
    });
    const reward = { terms: this.#meter.stepTerms, weights: this.#tuner.weights };
    this.#dqn = createDqnLearner({ ...common, envs, hyperparameters: dqn, reward, initialPolicy, freeze });
  }
  get steps() {
    return this.#dqn.steps;
  }
  async iterate() {
    const progress = this.steps / this.#totalSteps;
    const isSettled = progress >= SETTLED_FROM;
    this.#observe(progress);
    if (isSettled) this.#tuner.settle(this.#observation);
    else this.#tuner.choose(this.#observation, progress);
    this.#lastObjective = this.#meter.objective;
    this.#meter.begin();
    const iteration = this.#dqn.advance(this.#settings.segmentSteps);
    if (!isSettled) this.#tuner.reward(this.#meter.objective);
    return { ...iteration, metrics: { ...iteration.metrics, ...this.#metrics() } };
  }
  /** DQN’s. */
  policy() {
    return this.#dqn.policy();
  }
  async save(options) {
    const values = { lastObjective: this.#lastObjective };
    return joinStates(values, {
      dqn: await this.#dqn.save(options),
      tuner: this.#tuner.save(),
      meter: this.#meter.save()
    });
  }
  async restore(state) {
    const { values, parts } = splitState(state);
    const saved = Saved4.safeParse(values);
    if (!saved.success) throw invalidState("it is not the state of a hybrid");
    await this.#dqn.restore(requirePart(parts, "dqn"));
    this.#tuner.restore(requirePart(parts, "tuner"));
    this.#meter.restore(requirePart(parts, "meter"));
    this.#lastObjective = saved.data.lastObjective;
  }
  async close() {
    this.#tuner.dispose();
    await this.#dqn.close();
  }
  /** The tuner’s observation: how the last segment was. */
  #observe(progress) {
    const { objective } = this.#meter;
    const means = this.#terms.map((_, term) => this.#meter.termMean(term));
    this.#observation.set([
      progress,
      objective,
      objective - this.#lastObjective,
      ...means,
      ...this.#tuner.weights
    ]);
  }
  #metrics() {
    const weights = this.#terms.map((name, term) => [
      `hybrid/weight_${name}`,
      this.#tuner.weights[term]
    ]);
    const update = Object.entries(this.#tuner.takeMetrics()).map(([name, value]) => [
      name.replace("train/", "hybrid/"),
      value
    ]);
    return { "hybrid/objective": this.#meter.objective, ...Object.fromEntries([...weights, ...update]) };
  }
};
var Saved4 = object({ lastObjective: number2() });
function withTerms(env) {
  if (hasRewardTerms(env)) return env;
  throw new CoxswainError(
    "config-invalid",
    `The hybrid tunes the weights of a reward\u2019s terms, and the reward of ${env.spec} has none`,
    "Train with DQN or PPO, or choose another env."
  );
}
function rangesOf(terms, weights) {
  const unknown2 = Object.keys(weights).find((name) => !terms.includes(name));
  if (unknown2 !== void 0) throw invalidWeights(`the reward has no term "${unknown2}"`, terms);
  return terms.map((name) => {
    const range2 = weights[name];
    if (!range2) throw invalidWeights(`the reward\u2019s term "${name}" has no weight`, terms);
    return range2;
  });
}
function invalidWeights(why, terms) {
  return new CoxswainError(
    "config-invalid",
    `The hybrid\u2019s rewardWeights do not fit the env: ${why}`,
    `Give initial, min and max for each of ${terms.join(", ")}.`
  );
}

// agent/rl/algorithms/ppoHyperparameters.ts
var whole2 = (value, min, max) => number2().int().min(min).max(max).default(value);
var positive2 = number2().positive();
var share3 = number2().min(0).max(1);
var PpoHyperparameters = strictObject({
  learningRate: scheduleOf(positive2).default(3e-4).describe("Of Adam; a schedule."),
  nSteps: whole2(2048, 1, 1e6).describe("Steps of each env in an iteration."),
  batchSize: whole2(64, 1, 65536).describe(
    "Steps in a minibatch; what remains of an epoch is a smaller one."
  ),
  nEpochs: whole2(10, 1, 1e3).describe("Times that an iteration learns from each of its steps."),
  gamma: share3.default(0.99).describe("Discount of the next step\u2019s value."),
  gaeLambda: share3.default(0.95).describe("\u03BB of generalised advantage estimation: 0 trusts the values, 1 the rewards."),
  clipRange: scheduleOf(positive2).default(0.2).describe("How far a ratio of probabilities may go from 1 and still pay; a schedule."),
  entCoef: scheduleOf(number2().min(0)).default(0.01).describe("Weight of the entropy in the loss; a schedule."),
  vfCoef: number2().min(0).default(0.5).describe("Weight of the value function\u2019s squared error in the loss."),
  maxGradNorm: positive2.default(0.5).describe("Norm that gradients are cut to; standard deviations have a norm of their own."),
  normalizeAdvantage: boolean2().default(true).describe("Shift and scale advantages within each minibatch."),
  targetKl: positive2.nullable().default(null).describe(
    "An iteration stops learning where the policy has moved further than 1.5 \xD7 this; null: never."
  ),
  netArch: array(number2().int().min(1).max(4096)).max(16).default([256, 256]).describe("Units of the hidden layers."),
  activation: _enum(["relu", "tanh"]).default("tanh").describe("Of the hidden layers."),
  sharedTrunk: boolean2().default(false).describe("Whether policy and value function share their hidden layers or have their own."),
  normalizeObservations: boolean2().default(false).describe("Shift and scale observations by their running mean and variance."),
  normalizeReturns: boolean2().default(false).describe("Divide rewards by the running standard deviation of the discounted return."),
  adamEpsilon: positive2.default(1e-5).describe("\u03B5 of Adam."),
  nEnvs: whole2(1, 1, 4096).describe("Envs that step together.")
}).superRefine(({ batchSize, nSteps, nEnvs }, context) => {
  if (batchSize <= nSteps * nEnvs) return;
  const message2 = `it is above the ${nSteps * nEnvs} steps of an iteration (nSteps \xD7 nEnvs)`;
  context.addIssue({ code: "custom", path: ["batchSize"], message: message2 });
});
var VECTORISED_PPO = {
  learningRate: { start: 1e-3, end: 5e-5 },
  nSteps: 64,
  batchSize: 512,
  nEpochs: 4,
  gamma: 0.98,
  entCoef: { start: 0.01, end: 1e-3 },
  netArch: [64, 64],
  normalizeReturns: true,
  nEnvs: 64
};

// agent/rl/algorithms/hybridHyperparameters.ts
var OUTER_PPO = {
  learningRate: 0.01,
  nSteps: 16,
  batchSize: 16,
  nEpochs: 10,
  gamma: 0.8,
  entCoef: 1e-3,
  targetKl: 0.02,
  netArch: [32]
};
var WeightRange = strictObject({
  initial: number2().min(0).describe("What the weight begins with."),
  min: number2().min(0).describe("Its lower bound."),
  max: number2().positive().describe("Its upper bound.")
}).refine(({ initial, min, max }) => min < max && min <= initial && initial <= max, {
  message: "expected min \u2264 initial \u2264 max, and min < max"
});
var SEED_WEIGHTS = {
  latency: { initial: 0.4, min: 0.1, max: 0.8 },
  resource: { initial: 0.3, min: 0.1, max: 0.6 },
  thrashing: { initial: 0.2, min: 0.05, max: 0.5 },
  stability: { initial: 0.1, min: 0.05, max: 0.3 }
};
var HybridHyperparameters = strictObject({
  dqn: DqnHyperparameters.prefault({}).describe("The DQN that decides."),
  ppo: preprocess(
    (given) => typeof given === "object" ? { ...OUTER_PPO, ...given } : given,
    PpoHyperparameters
  ).prefault({}).describe("The PPO that tunes the weights; its steps are segments, and it always has one env."),
  segmentSteps: number2().int().min(1).max(1e7).default(1e3).describe("Env steps that the DQN trains for under one choice of weights."),
  rewardWeights: record(string2(), WeightRange).default({ ...SEED_WEIGHTS }).describe("By reward term: initial weight and bounds. Each term of the env needs one.")
}).superRefine(({ ppo }, context) => {
  if (ppo.nEnvs === 1) return;
  context.addIssue({ code: "custom", path: ["ppo", "nEnvs"], message: "it is always 1 in the hybrid" });
});

// agent/rl/algorithms/distributions/categorical.ts
var Categorical = class {
  head = "categorical";
  outputs;
  actionSize = 1;
  parameters = new Float32Array(0);
  parameterGradients = new Float64Array(0);
  logProbability = 0;
  entropy = 0;
  /** By choice, of the last row. */
  #logProbabilities;
  #probabilities;
  #choice = 0;
  constructor(choices) {
    this.outputs = choices;
    this.#logProbabilities = new Float64Array(choices);
    this.#probabilities = new Float64Array(choices);
  }
  sample(outputs, offset, random, actions, actionOffset) {
    this.#look(outputs, offset);
    const last = this.outputs - 1;
    let rest = random.uniform();
    let choice = 0;
    for (; choice < last; choice++) {
      rest -= this.#probabilities[choice];
      if (rest < 0) break;
    }
    actions[actionOffset] = choice;
    this.#choose(choice);
  }
  evaluate(outputs, offset, actions, actionOffset) {
    this.#look(outputs, offset);
    this.#choose(actions[actionOffset]);
  }
  /** d log p_a/dz_k = [k = a] − p_k, and dH/dz_k = −p_k·(log p_k + H). */
  addGradient(logProbabilityGradient, entropyGradient, outputGradients, offset) {
    for (let k = 0; k < this.outputs; k++) {
      const probability = this.#probabilities[k];
      const logProbability = this.#logProbabilities[k];
      const chosen = k === this.#choice ? 1 : 0;
      outputGradients[offset + k] = logProbabilityGradient * (chosen - probability) - entropyGradient * probability * (logProbability + this.entropy);
    }
  }
  /** log p_k = z_k − log Σ exp z, with the greatest logit taken out so that nothing overflows. */
  #look(logits, offset) {
    const count3 = this.outputs;
    let greatest2 = logits[offset];
    for (let k = 1; k < count3; k++) greatest2 = Math.max(greatest2, logits[offset + k]);
    let sum2 = 0;
    for (let k = 0; k < count3; k++) {
      const exponential = Math.exp(logits[offset + k] - greatest2);
      this.#probabilities[k] = exponential;
      sum2 += exponential;
    }
    const logSum = greatest2 + Math.log(sum2);
    let entropy = 0;
    for (let k = 0; k < count3; k++) {
      const probability = this.#probabilities[k] / sum2;
      const logProbability = logits[offset + k] - logSum;
      this.#probabilities[k] = probability;
      this.#logProbabilities[k] = logProbability;
      entropy -= probability * logProbability;
    }
    this.entropy = entropy;
  }
  #choose(choice) {
    this.#choice = choice;
    this.logProbability = this.#logProbabilities[choice];
  }
};

// agent/rl/algorithms/distributions/distribution.ts
function createDistribution(space) {
  return space.kind === "discrete" ? new Categorical(space.labels.length) : new Gaussian(space.fields.length);
}

// agent/rl/algorithms/explainedVariance.ts
function explainedVariance(predictions, targets) {
  const count3 = targets.length;
  let [targetSum, errorSum] = [0, 0];
  for (let index = 0; index < count3; index++) {
    targetSum += targets[index];
    errorSum += targets[index] - predictions[index];
  }
  let [targetSquares, errorSquares] = [0, 0];
  for (let index = 0; index < count3; index++) {
    const target = targets[index];
    targetSquares += (target - targetSum / count3) ** 2;
    errorSquares += (target - predictions[index] - errorSum / count3) ** 2;
  }
  return targetSquares === 0 ? 0 : 1 - errorSquares / targetSquares;
}

// agent/rl/algorithms/ppoReturnScale.ts
var GREATEST_REWARD = 10;
var EPSILON2 = 1e-8;
var PpoReturnScale = class {
  #gamma;
  #statistics = new RunningStatistics(1);
  /** By env: discounted sum of the rewards of the running episode so far. */
  #running;
  #returns;
  constructor(rollout, gamma) {
    this.#gamma = gamma;
    this.#running = new Float64Array(rollout.envs);
    this.#returns = new Float64Array(rollout.steps * rollout.envs);
  }
  /** @param scaled receives the rewards, steps × envs */
  scale(rollout, scaled2) {
    this.#count(rollout);
    const deviation = Math.sqrt(this.#statistics.variance[0] + EPSILON2);
    for (let index = 0; index < scaled2.length; index++) {
      const reward = rollout.rewards[index] / deviation;
      scaled2[index] = Math.min(Math.max(reward, -GREATEST_REWARD), GREATEST_REWARD);
    }
  }
  save() {
    const { mean: mean2, variance, count: count3 } = this.#statistics.toNormaliser(0);
    return { values: count3, arrays: { mean: mean2, variance, running: this.#running.slice() } };
  }
  /** @throws CoxswainError `checkpoint-invalid` */
  restore(state) {
    if (typeof state.values !== "number") throw invalidState("its statistics of the return are missing");
    this.#statistics.mean.set(requireArray(state, "mean", Float64Array, 1));
    this.#statistics.variance.set(requireArray(state, "variance", Float64Array, 1));
    this.#running.set(requireArray(state, "running", Float64Array, this.#running.length));
    this.#statistics.count = state.values;
  }
  #count({ steps, envs, rewards, terminated, truncated }) {
    const running = this.#running;
    for (let step = 0, index = 0; step < steps; step++) {
      for (let env = 0; env < envs; env++, index++) {
        const discounted = this.#gamma * running[env] + rewards[index];
        this.#returns[index] = discounted;
        running[env] = terminated[index] === 1 || truncated[index] === 1 ? 0 : discounted;
      }
    }
    this.#statistics.update(this.#returns);
  }
};

// agent/rl/algorithms/ppo.ts
var NORMALISER_CLIP2 = 10;
var INITIALISE2 = -1;
var LEARN2 = -2;
function ppoCollectorSpec(env, contract, {
  engine,
  seed,
  hyperparameters
}) {
  const { nEnvs, nSteps } = hyperparameters;
  const { head } = createDistribution(contract.actionSpace);
  const network = networkOf(contract, hyperparameters);
  return { env, network, head, engine, seed, envs: nEnvs, steps: nSteps };
}
function createPpoLearner(options) {
  return new PpoLearner(options);
}
var PpoLearner = class {
  algorithm = "ppo";
  #options;
  #network;
  #distribution;
  #distributionAdam;
  #input;
  #returnScale;
  #update;
  #random;
  #rewards;
  #advantages;
  #returns;
  #steps = 0;
  #epochs = 0;
  constructor(options) {
    const { collector, env, engine, hyperparameters, seed, initialPolicy = null, freeze = [] } = options;
    const { nSteps, nEnvs, batchSize } = hyperparameters;
    const count3 = nSteps * nEnvs;
    if (collector.envs !== nEnvs) throw new RangeError(`a collector of ${collector.envs} envs, not ${nEnvs}`);
    this.#options = options;
    this.#distribution = createDistribution(env.actionSpace);
    this.#distributionAdam = new VectorAdam(this.#distribution.parameters.length);
    this.#network = engine.createNetwork(networkOf(env, hyperparameters), {
      maxRows: Math.min(batchSize, count3),
      random: new Random(mixSeed(seed, INITIALISE2))
    });
    const frozen = this.#begin(initialPolicy, freeze);
    this.#input = new ObservationInput(statisticsFor2(options), NORMALISER_CLIP2);
    this.#returnScale = hyperparameters.normalizeReturns ? new PpoReturnScale({ steps: nSteps, envs: nEnvs }, hyperparameters.gamma) : null;
    this.#random = new Random(mixSeed(seed, LEARN2));
    this.#update = new PpoUpdate(
      {
        network: this.#network,
        distribution: this.#distribution,
        distributionAdam: this.#distributionAdam,
        input: this.#input,
        frozenLayers: frozen,
        random: this.#random
      },
      hyperparameters,
      count3
    );
    this.#rewards = new Float32Array(count3);
    this.#advantages = new Float32Array(count3);
    this.#returns = new Float32Array(count3);
  }
  get steps() {
    return this.#steps;
  }
  async iterate() {
    try {
      const rollout = await this.#collect();
      return this.#learn(rollout);
    } catch (error2) {
      if (!(error2 instanceof NumericError)) throw error2;
      throw new NumericError(`iteration after env step ${this.#steps}: ${error2.where}`, error2.value);
    }
  }
  policy() {
    const { spec, observationSpace, actionSpace } = this.#options.env;
    return {
      head: this.#distribution.head,
      network: this.#network.spec,
      parameters: this.#network.readParameters(),
      logStandardDeviations: [...this.#distribution.parameters],
      spec,
      observationSpace,
      actionSpace,
      normaliser: this.#normaliser()
    };
  }
  async save() {
    const values = {
      steps: this.#steps,
      epochs: this.#epochs,
      random: this.#random.save(),
      statisticsCount: this.#input.statistics?.count ?? 0,
      networkAdamStep: this.#network.readOptimiser().step,
      distributionAdamStep: this.#distributionAdam.read().step
    };
    return joinStates(values, {
      collector: await this.#options.collector.save(),
      policy: { values: null, arrays: this.#savePolicy() },
      ...this.#returnScale && { returnScale: this.#returnScale.save() }
    });
  }
  /** @throws CoxswainError `checkpoint-invalid` */
  async restore(state) {
    const { values, parts } = splitState(state);
    const saved = Saved5.safeParse(values);
    if (!saved.success) throw invalidState("it is not the state of a PPO");
    this.#restorePolicy(requirePart(parts, "policy"), saved.data);
    this.#returnScale?.restore(requirePart(parts, "returnScale"));
    await this.#options.collector.restore(requirePart(parts, "collector"));
    this.#random.restore(saved.data.random);
    this.#steps = saved.data.steps;
    this.#epochs = saved.data.epochs;
  }
  async close() {
    this.#network.dispose();
    await this.#options.collector.close();
  }
  /** @returns the layers that stay as they are */
  #begin(initialPolicy, freeze) {
    if (!initialPolicy) return frozenLayers(this.#network.spec, freeze);
    expectContract(initialPolicy, this.#options.env, this.#distribution.head);
    this.#distribution.parameters.set(initialPolicy.logStandardDeviations);
    return initialiseFrom(this.#network, initialPolicy, { freeze });
  }
  #collect() {
    return this.#options.collector.collect({
      parameters: this.#network.readParameters(),
      logStandardDeviations: this.#distribution.parameters.slice(),
      normaliser: this.#normaliser()
    });
  }
  #learn(rollout) {
    const { hyperparameters } = this.#options;
    const rates = this.#ratesNow();
    const rewards = this.#scaledRewards(rollout);
    estimateAdvantages({ ...rollout, rewards }, hyperparameters, this.#advantages, this.#returns);
    const count3 = this.#advantages.length;
    const batch = { ...rollout, count: count3, advantages: this.#advantages, returns: this.#returns };
    const { epochs, metrics } = this.#update.run(batch, rates);
    this.#input.statistics?.update(rollout.observations);
    this.#steps += count3;
    this.#epochs += epochs;
    return {
      steps: this.#steps,
      episodes: rollout.episodes,
      metrics: {
        ...metrics,
        "train/explained_variance": explainedVariance(rollout.values, this.#returns),
        "train/learning_rate": rates.learningRate,
        "train/clip_range": rates.clipRange,
        "train/n_updates": this.#epochs,
        ...this.#spread()
      }
    };
  }
  #scaledRewards(rollout) {
    if (!this.#returnScale) return rollout.rewards;
    this.#returnScale.scale(rollout, this.#rewards);
    return this.#rewards;
  }
  /** By the steps before the iteration, so that the first has the schedules' start. */
  #ratesNow() {
    const { hyperparameters, totalSteps } = this.#options;
    const progress = this.#steps / totalSteps;
    return {
      learningRate: scheduledValue(hyperparameters.learningRate, progress),
      clipRange: scheduledValue(hyperparameters.clipRange, progress),
      entCoef: scheduledValue(hyperparameters.entCoef, progress)
    };
  }
  /** The mean standard deviation of a Gaussian's numbers. */
  #spread() {
    const { parameters } = this.#distribution;
    if (parameters.length === 0) return {};
    return { "train/std": parameters.reduce((sum2, log) => sum2 + Math.exp(log), 0) / parameters.length };
  }
  #normaliser() {
    return this.#input.statistics?.toNormaliser(this.#input.clip) ?? null;
  }
  #savePolicy() {
    const network = this.#network.readOptimiser();
    const distribution = this.#distributionAdam.read();
    const { mean: mean2, variance } = this.#normaliser() ?? {};
    return {
      network: this.#network.readParameters(),
      networkFirstMoment: network.firstMoment,
      networkSecondMoment: network.secondMoment,
      distribution: this.#distribution.parameters.slice(),
      distributionFirstMoment: distribution.firstMoment,
      distributionSecondMoment: distribution.secondMoment,
      ...mean2 && variance && { mean: mean2, variance }
    };
  }
  #restorePolicy(state, saved) {
    const floats = (name, of) => requireArray(state, name, Float32Array, of.length);
    const network = { length: this.#network.parameterCount };
    const distribution = this.#distribution.parameters;
    this.#network.writeParameters(floats("network", network));
    this.#network.writeOptimiser({
      step: saved.networkAdamStep,
      firstMoment: floats("networkFirstMoment", network),
      secondMoment: floats("networkSecondMoment", network)
    });
    distribution.set(floats("distribution", distribution));
    this.#distributionAdam.write({
      step: saved.distributionAdamStep,
      firstMoment: floats("distributionFirstMoment", distribution),
      secondMoment: floats("distributionSecondMoment", distribution)
    });
    const { statistics } = this.#input;
    if (!statistics) return;
    statistics.mean.set(requireArray(state, "mean", Float64Array, statistics.mean.length));
    statistics.variance.set(requireArray(state, "variance", Float64Array, statistics.mean.length));
    statistics.count = saved.statisticsCount;
  }
};
var Saved5 = object({
  steps: number2().int(),
  /** Times that any rollout was learned from. */
  epochs: number2().int(),
  random: tuple([number2(), number2(), number2(), number2(), number2().nullable()]).readonly(),
  statisticsCount: number2(),
  networkAdamStep: number2().int(),
  distributionAdamStep: number2().int()
});
function networkOf({ observationSpace, actionSpace }, hyperparameters) {
  const { outputs } = createDistribution(actionSpace);
  return ppoNetwork(observationSpace.fields.length, outputs, hyperparameters);
}
function statisticsFor2({ env, hyperparameters, initialPolicy }) {
  const { normalizeObservations } = hyperparameters;
  if (initialPolicy && initialPolicy.normaliser !== null !== normalizeObservations) {
    throw incompatible(`normalizeObservations was ${!normalizeObservations} when it was learned`);
  }
  if (!normalizeObservations) return null;
  return initialPolicy?.normaliser ? RunningStatistics.from(initialPolicy.normaliser) : new RunningStatistics(env.observationSpace.fields.length);
}

// agent/rl/algorithms/rolloutActor.ts
var ACT = 1;
var RolloutActor = class {
  shape;
  #vector;
  #network;
  #policy;
  #value;
  #distribution;
  /** By env. */
  #randoms;
  /** count × actionSize, within the space. */
  #actions;
  #clip;
  /** @param part its envs among the collector's @throws what `createEnv` throws */
  constructor(spec, part, createEnv2) {
    const { first, count: count3 } = part;
    const vector = createVectorEnv(() => createEnv2(spec.env), { count: count3, firstIndex: first, seed: spec.seed });
    const network = createEngine(spec.engine).createNetwork(spec.network, {
      maxRows: count3,
      // Its parameters come with each request.
      random: new Random(0)
    });
    const [policy, value] = network.outputs;
    if (!policy || !value) throw new RangeError("the network lacks a tower for policy or value");
    const { actionSpace, observationSpace } = vector;
    this.#vector = vector;
    this.#network = network;
    this.#policy = policy;
    this.#value = value;
    this.#distribution = createDistribution(actionSpace);
    this.#randoms = Array.from(
      { length: count3 },
      (_, index) => new Random(mixSeed(spec.seed, first + index, ACT))
    );
    this.shape = {
      steps: spec.steps,
      envs: count3,
      fields: observationSpace.fields.length,
      actionSize: actionSize(actionSpace)
    };
    this.#actions = new Float32Array(count3 * this.shape.actionSize);
    this.#clip = actionSpace.kind === "box" ? clipTo(actionSpace) : null;
  }
  /** Fills `rollout`, which has the actor's shape. @throws NumericError, and whatever an env throws */
  collect(request, rollout) {
    const { normaliser, parameters, logStandardDeviations } = request;
    this.#network.writeParameters(parameters);
    this.#distribution.parameters.set(logStandardDeviations);
    const input = new ObservationInput(
      normaliser && RunningStatistics.from(normaliser),
      normaliser?.clip ?? Number.POSITIVE_INFINITY
    );
    for (let step = 0; step < this.shape.steps; step++) this.#step(step * this.shape.envs, input, rollout);
    this.#observe(input);
    for (let env = 0; env < this.shape.envs; env++) rollout.lastValues[env] = this.#valueAt(env);
    rollout.episodes = this.#vector.takeEpisodes().sort((a, b) => a.env - b.env);
  }
  save() {
    const values = { randoms: this.#randoms.map((random) => random.save()) };
    return joinStates(values, { envs: this.#vector.save() });
  }
  /** @throws CoxswainError `checkpoint-invalid` */
  restore(state) {
    const { values, parts } = splitState(state);
    const saved = Saved6.safeParse(values);
    if (saved.data?.randoms.length !== this.#randoms.length) throw invalidState("it has not as many envs");
    this.#vector.restore(requirePart(parts, "envs"));
    for (const [index, random] of saved.data.randoms.entries()) this.#randoms[index]?.restore(random);
  }
  dispose() {
    this.#network.dispose();
  }
  /** @param at index of the step's first env in the rollout */
  #step(at, input, rollout) {
    const vector = this.#vector;
    rollout.observations.set(vector.observations, at * this.shape.fields);
    this.#observe(input);
    this.#act(at, rollout);
    this.#clip?.(this.#actions);
    vector.step(this.#actions);
    rollout.rewards.set(vector.rewards, at);
    rollout.terminated.set(vector.terminated, at);
    rollout.truncated.set(vector.truncated, at);
    this.#bootstrap(at, input, rollout);
  }
  #observe(input) {
    const { envs } = this.shape;
    for (let env = 0; env < envs; env++)
      input.write(this.#vector.observations, env, this.#network.input, env);
    this.#network.forward(envs);
  }
  #act(at, rollout) {
    const { envs, actionSize: size2 } = this.shape;
    const { values, stride } = this.#policy;
    const distribution = this.#distribution;
    for (let env = 0; env < envs; env++) {
      const random = this.#randoms[env];
      const target = (at + env) * size2;
      distribution.sample(values, env * stride, random, rollout.actions, target);
      rollout.logProbabilities[at + env] = distribution.logProbability;
      rollout.values[at + env] = this.#valueAt(env);
      for (let index = 0; index < size2; index++) {
        this.#actions[env * size2 + index] = rollout.actions[target + index];
      }
    }
  }
  /** Values of the final observations of episodes that were truncated, together in one forward pass. */
  #bootstrap(at, input, rollout) {
    const { finalObservations, truncated, terminated } = this.#vector;
    const { envs } = this.shape;
    let rows = 0;
    for (let env = 0; env < envs; env++) {
      rollout.truncationValues[at + env] = 0;
      if (truncated[env] === 0 || terminated[env] === 1) continue;
      input.write(finalObservations, env, this.#network.input, rows);
      rows++;
    }
    if (rows === 0) return;
    this.#network.forward(rows);
    for (let env = 0, row = 0; env < envs; env++) {
      if (truncated[env] === 0 || terminated[env] === 1) continue;
      rollout.truncationValues[at + env] = this.#valueAt(row);
      row++;
    }
  }
  #valueAt(row) {
    return this.#value.values[row * this.#value.stride];
  }
};
var Saved6 = object({
  /** By env. */
  randoms: array(
    tuple([number2(), number2(), number2(), number2(), number2().nullable()]).readonly()
  )
});
function clipTo({ fields }) {
  const lows = Float32Array.from(fields, ({ min }) => min);
  const highs = Float32Array.from(fields, ({ max }) => max);
  return (actions) => {
    for (let index = 0; index < actions.length; index++) {
      const field2 = index % lows.length;
      const action = actions[index];
      actions[index] = Math.min(Math.max(action, lows[field2]), highs[field2]);
    }
  };
}

// agent/rl/algorithms/rollout.ts
function createCollector(spec, createEnv2) {
  const actor = new RolloutActor(spec, { first: 0, count: spec.envs }, createEnv2);
  const rollout = emptyRollout(actor.shape);
  return {
    envs: spec.envs,
    collect: async (request) => {
      actor.collect(request, rollout);
      return rollout;
    },
    save: async () => actor.save(),
    restore: async (state) => actor.restore(state),
    close: async () => actor.dispose()
  };
}

// agent/rl/env/timeLimit.ts
function timeLimit(env, steps) {
  if (!Number.isInteger(steps) || steps < 1) throw new RangeError(`a time limit of ${steps} steps`);
  return new TimeLimit(env, steps);
}
var TimeLimit = class {
  spec;
  observationSpace;
  actionSpace;
  observation;
  #env;
  #limit;
  #steps = 0;
  constructor(env, limit2) {
    this.spec = env.spec;
    this.observationSpace = env.observationSpace;
    this.actionSpace = env.actionSpace;
    this.observation = env.observation;
    this.#env = env;
    this.#limit = limit2;
  }
  reset(seed) {
    this.#env.reset(seed);
    this.#steps = 0;
  }
  step(action) {
    const result = this.#env.step(action);
    this.#steps++;
    if (this.#steps >= this.#limit && !result.terminated) result.truncated = true;
    return result;
  }
  info() {
    return this.#env.info();
  }
};

// agent/rl/env/reference/acrobot.ts
var GRAVITY = 9.8;
var STEP_SECONDS = 0.2;
var CENTRE2 = 0.5;
var MAX_VELOCITY_1 = 4 * Math.PI;
var MAX_VELOCITY_2 = 9 * Math.PI;
var START_SPREAD = 0.1;
var MAX_STEPS = 500;
function createAcrobot() {
  return timeLimit(new Acrobot(), MAX_STEPS);
}
var Acrobot = class {
  spec = "acrobot/6";
  observationSpace = {
    kind: "box",
    fields: [
      { name: "cos angle 1", unit: "1", min: -1, max: 1 },
      { name: "sin angle 1", unit: "1", min: -1, max: 1 },
      { name: "cos angle 2", unit: "1", min: -1, max: 1 },
      { name: "sin angle 2", unit: "1", min: -1, max: 1 },
      { name: "velocity 1", unit: "rad/s", min: -MAX_VELOCITY_1, max: MAX_VELOCITY_1 },
      { name: "velocity 2", unit: "rad/s", min: -MAX_VELOCITY_2, max: MAX_VELOCITY_2 }
    ]
  };
  actionSpace = { kind: "discrete", labels: ["-1 N m", "0 N m", "+1 N m"] };
  observation = new Float32Array(6);
  /** Angle 1 from straight down, angle 2 from the direction of link 1, and their velocities. */
  #state = new Float64Array(4);
  #probe = new Float64Array(4);
  #k1 = new Float64Array(4);
  #k2 = new Float64Array(4);
  #k3 = new Float64Array(4);
  #k4 = new Float64Array(4);
  #result = { reward: -1, terminated: false, truncated: false };
  reset(seed) {
    const random = new Random(seed);
    for (let index = 0; index < 4; index++) {
      this.#state[index] = START_SPREAD * (2 * random.uniform() - 1);
    }
    this.#observe();
  }
  /** Begins an episode in the state [angle 1, angle 2 (rad), velocity 1, velocity 2 (rad/s)]. */
  setState(state) {
    this.#state.set(state);
    this.#observe();
  }
  step(action) {
    this.#integrate(discreteAction(this.actionSpace, action) - 1);
    const state = this.#state;
    wrapAngle(state, 0);
    wrapAngle(state, 1);
    clamp2(state, 2, MAX_VELOCITY_1);
    clamp2(state, 3, MAX_VELOCITY_2);
    const angle1 = state[0];
    const angle2 = state[1];
    this.#observe();
    this.#result.terminated = -Math.cos(angle1) - Math.cos(angle2 + angle1) > 1;
    this.#result.truncated = false;
    this.#result.reward = this.#result.terminated ? 0 : -1;
    return this.#result;
  }
  info() {
    return {};
  }
  #integrate(torque) {
    const state = this.#state;
    const k1 = this.#k1;
    const k2 = this.#k2;
    const k3 = this.#k3;
    const k4 = this.#k4;
    slope(state, torque, k1);
    slope(this.#advanced(k1, STEP_SECONDS / 2), torque, k2);
    slope(this.#advanced(k2, STEP_SECONDS / 2), torque, k3);
    slope(this.#advanced(k3, STEP_SECONDS), torque, k4);
    for (let index = 0; index < 4; index++) {
      const sum2 = k1[index] + 2 * k2[index] + 2 * k3[index] + k4[index];
      state[index] = state[index] + STEP_SECONDS / 6 * sum2;
    }
  }
  #advanced(slopes, seconds) {
    for (let index = 0; index < 4; index++) {
      this.#probe[index] = this.#state[index] + seconds * slopes[index];
    }
    return this.#probe;
  }
  #observe() {
    const { observation } = this;
    const angle1 = this.#state[0];
    const angle2 = this.#state[1];
    observation[0] = Math.cos(angle1);
    observation[1] = Math.sin(angle1);
    observation[2] = Math.cos(angle2);
    observation[3] = Math.sin(angle2);
    observation[4] = this.#state[2];
    observation[5] = this.#state[3];
  }
};
function slope(state, torque, result) {
  const theta1 = state[0];
  const theta2 = state[1];
  const dtheta1 = state[2];
  const dtheta2 = state[3];
  const cos2 = Math.cos(theta2);
  const sin2 = Math.sin(theta2);
  const d1 = CENTRE2 ** 2 + (1 + CENTRE2 ** 2 + 2 * CENTRE2 * cos2) + 1 + 1;
  const d2 = CENTRE2 ** 2 + CENTRE2 * cos2 + 1;
  const phi2 = CENTRE2 * GRAVITY * Math.cos(theta1 + theta2 - Math.PI / 2);
  const phi1 = -CENTRE2 * dtheta2 ** 2 * sin2 - 2 * CENTRE2 * dtheta2 * dtheta1 * sin2 + (CENTRE2 + 1) * GRAVITY * Math.cos(theta1 - Math.PI / 2) + phi2;
  const ddtheta2 = (torque + d2 / d1 * phi1 - CENTRE2 * dtheta1 ** 2 * sin2 - phi2) / (CENTRE2 ** 2 + 1 - d2 ** 2 / d1);
  result[0] = dtheta1;
  result[1] = dtheta2;
  result[2] = -(d2 * ddtheta2 + phi1) / d1;
  result[3] = ddtheta2;
}
function wrapAngle(state, index) {
  while (state[index] > Math.PI) state[index] = state[index] - 2 * Math.PI;
  while (state[index] < -Math.PI) state[index] = state[index] + 2 * Math.PI;
}
function clamp2(state, index, limit2) {
  state[index] = Math.min(Math.max(state[index], -limit2), limit2);
}

// agent/rl/env/reference/cartPole.ts
var GRAVITY2 = 9.8;
var CART_MASS = 1;
var POLE_MASS = 0.1;
var TOTAL_MASS = POLE_MASS + CART_MASS;
var LENGTH = 0.5;
var POLE_MASS_LENGTH = POLE_MASS * LENGTH;
var FORCE = 10;
var STEP_SECONDS2 = 0.02;
var ANGLE_LIMIT = 12 * 2 * Math.PI / 360;
var POSITION_LIMIT = 2.4;
var START_SPREAD2 = 0.05;
var MAX_STEPS2 = 500;
function createCartPole() {
  return timeLimit(new CartPole(), MAX_STEPS2);
}
var CartPole = class {
  spec = "cartpole/4";
  observationSpace = {
    kind: "box",
    fields: [
      { name: "cart position", unit: "m", min: -2 * POSITION_LIMIT, max: 2 * POSITION_LIMIT },
      { name: "cart velocity", unit: "m/s", min: -Infinity, max: Infinity },
      { name: "pole angle", unit: "rad", min: -2 * ANGLE_LIMIT, max: 2 * ANGLE_LIMIT },
      { name: "pole velocity", unit: "rad/s", min: -Infinity, max: Infinity }
    ]
  };
  actionSpace = { kind: "discrete", labels: ["left", "right"] };
  observation = new Float32Array(4);
  #state = new Float64Array(4);
  #result = { reward: 1, terminated: false, truncated: false };
  reset(seed) {
    const random = new Random(seed);
    for (let index = 0; index < 4; index++) {
      this.#state[index] = START_SPREAD2 * (2 * random.uniform() - 1);
    }
    this.observation.set(this.#state);
  }
  /** Begins an episode in the state [position m, velocity m/s, angle rad, angular velocity rad/s]. */
  setState(state) {
    this.#state.set(state);
    this.observation.set(this.#state);
  }
  step(action) {
    const force = discreteAction(this.actionSpace, action) === 1 ? FORCE : -FORCE;
    const state = this.#state;
    const position = state[0];
    const velocity = state[1];
    const angle = state[2];
    const angularVelocity = state[3];
    const cos = Math.cos(angle);
    const sin = Math.sin(angle);
    const push = (force + POLE_MASS_LENGTH * (angularVelocity * angularVelocity) * sin) / TOTAL_MASS;
    const angularAcceleration = (GRAVITY2 * sin - cos * push) / (LENGTH * (4 / 3 - POLE_MASS * (cos * cos) / TOTAL_MASS));
    const acceleration = push - POLE_MASS_LENGTH * angularAcceleration * cos / TOTAL_MASS;
    state[0] = position + STEP_SECONDS2 * velocity;
    state[1] = velocity + STEP_SECONDS2 * acceleration;
    state[2] = angle + STEP_SECONDS2 * angularVelocity;
    state[3] = angularVelocity + STEP_SECONDS2 * angularAcceleration;
    this.observation.set(state);
    this.#result.terminated = Math.abs(state[0]) > POSITION_LIMIT || Math.abs(state[2]) > ANGLE_LIMIT;
    this.#result.truncated = false;
    return this.#result;
  }
  info() {
    return {};
  }
};

// agent/sim/canary/scenario.ts
var SCENARIO_NAMES = [
  "healthy",
  /** Fails from the beginning. */
  "buggy",
  /** Good at first; then gets worse. */
  "degrading",
  /** Spikes of errors: of the canary alone in one half of the episodes (bad), of both versions in the other. */
  "flaky",
  /** Memory fills until the container is killed, again and again. */
  "slow-leak",
  "latency-only",
  /** A small share of the requests fails almost always. */
  "one-endpoint-broken",
  /** Below one request per second; good or buggy. */
  "low-traffic",
  /** Nothing to judge by: a person has to. */
  "no-traffic",
  /** Errors of both versions come and go, in clusters. */
  "noisy-stable"
];
var CanaryScenario = class {
  name = "healthy";
  /** Promoting it would be wrong, at least in the long run. */
  bad = false;
  /** There is traffic to judge by. */
  provable = true;
  requestsPerSecond = 10;
  /** Share by which traffic swings around its mean, and how long a swing takes. */
  trafficSwing = 0;
  trafficPeriodSeconds = 3600;
  trafficPhase = 0;
  baseErrorShare = 2e-3;
  /** Standard deviation of the logarithm of what multiplies both versions' errors, and how slowly it changes. */
  drift = 0;
  /** The same for each version and interval by itself: overdispersion of counts. */
  dispersion = 0;
  /** Part of the latency that does not vary, as a share of the usual p95. */
  latencyFloor = 0.3;
  latencyNoise = 0.05;
  /** Decisions by which metrics are late: 0, 1 or 2. */
  lag = 0;
  memoryBase = 0.4;
  cpuBase = 0.4;
  /** A new version is not the old one, and still good: latencies and errors relative to it. */
  usualLatencyRatio = 1;
  usualErrorRatio = 1;
  /** Caches fill and memory grows in the first minutes: by what factor latencies are longer, and how long at most. */
  coldFactor = 1;
  coldSeconds = 120;
  warmMemory = 0.1;
  /** When the harm begins, and how long it takes until it is whole. */
  onsetSeconds = 0;
  rampSeconds = 0;
  /** Whole harm: share of requests that fail, and by what factor latencies grow. */
  extraErrorShare = 0;
  latencyFactor = 1;
  /** Share of intervals with a spike; 1 where the harm is always there. */
  spikeShare = 1;
  /** Share of intervals with a spike of errors that is not the canary's: it hits both versions alike. */
  commonSpikeShare = 0;
  commonErrorShare = 0;
  /** Share of the memory limit that fills per second. */
  leakPerSecond = 0;
};
var LEAST_EXTRA_ERRORS = 0.02;
var UNQUIET_SHARE = 0.15;
function drawScenario(scenario, options, random) {
  scenario.name = options.scenarios[random.below(options.scenarios.length)] ?? "healthy";
  drawWorkload(scenario, options, random);
  scenario.bad = false;
  scenario.onsetSeconds = scenario.rampSeconds = scenario.extraErrorShare = scenario.leakPerSecond = 0;
  scenario.latencyFactor = scenario.spikeShare = 1;
  drawHarm(scenario, random);
  scenario.provable = scenario.requestsPerSecond > 0;
}
function drawWorkload(scenario, options, random) {
  const [least2, most2] = options.requestsPerSecond;
  scenario.requestsPerSecond = least2 * power(most2 / least2, random.uniform());
  if (scenario.name === "low-traffic") scenario.requestsPerSecond = 0.2 * power(5, random.uniform());
  if (scenario.name === "no-traffic") scenario.requestsPerSecond = 0;
  scenario.trafficSwing = 0.4 * random.uniform();
  scenario.trafficPeriodSeconds = between2(random, 600, 7200);
  scenario.trafficPhase = random.uniform();
  scenario.baseErrorShare = 5e-4 * power(20, random.uniform());
  scenario.drift = 0.3 * random.uniform();
  scenario.dispersion = 0.3 * random.uniform();
  if (random.uniform() < UNQUIET_SHARE) makeNoisy(scenario, random);
  scenario.commonSpikeShare = scenario.commonErrorShare = 0;
  if (random.uniform() < UNQUIET_SHARE) spikeBoth(scenario, random);
  scenario.latencyFloor = between2(random, 0.1, 0.5);
  scenario.latencyNoise = between2(random, 0.01, 0.08);
  scenario.lag = random.below(3);
  scenario.memoryBase = between2(random, 0.25, 0.6);
  scenario.cpuBase = between2(random, 0.2, 0.6);
  scenario.usualLatencyRatio = between2(random, 0.92, 1.1);
  scenario.usualErrorRatio = between2(random, 0.7, 1.3);
  scenario.coldFactor = between2(random, 1, 1.6);
  scenario.coldSeconds = between2(random, 60, 360);
  scenario.warmMemory = between2(random, 0, 0.15);
}
function drawHarm(scenario, random) {
  switch (scenario.name) {
    case "buggy":
      harmErrors(scenario, 0.5, random);
      break;
    case "degrading":
      scenario.onsetSeconds = between2(random, 300, 1500);
      scenario.rampSeconds = between2(random, 60, 900);
      if (random.uniform() < 0.5) harmLatency(scenario, random);
      else harmErrors(scenario, 0.5, random);
      break;
    case "flaky":
      if (random.uniform() < 0.5) {
        scenario.spikeShare = between2(random, 0.1, 0.4);
        harmErrors(scenario, 0.6, random);
      } else spikeBoth(scenario, random);
      break;
    case "slow-leak":
      scenario.bad = true;
      scenario.leakPerSecond = (1 - scenario.memoryBase) / between2(random, 600, 2400);
      break;
    case "latency-only":
      harmLatency(scenario, random);
      break;
    case "one-endpoint-broken":
      harmErrors(scenario, 0.1, random);
      break;
    case "low-traffic":
      if (random.uniform() < 0.5) harmErrors(scenario, 0.6, random);
      break;
    case "noisy-stable":
      makeNoisy(scenario, random);
      break;
  }
}
function harmErrors(scenario, most2, random) {
  scenario.bad = true;
  scenario.extraErrorShare = LEAST_EXTRA_ERRORS * power(most2 / LEAST_EXTRA_ERRORS, random.uniform());
}
function harmLatency(scenario, random) {
  scenario.bad = true;
  scenario.latencyFactor = between2(random, 1.3, 3);
}
function spikeBoth(scenario, random) {
  scenario.commonSpikeShare = between2(random, 0.1, 0.4);
  scenario.commonErrorShare = LEAST_EXTRA_ERRORS * power(30, random.uniform());
}
function makeNoisy(scenario, random) {
  scenario.drift = between2(random, 0.6, 1.2);
  scenario.dispersion = between2(random, 0.4, 0.8);
}
function between2(random, from, to) {
  return from + (to - from) * random.uniform();
}

// agent/sim/canary/canaryOptions.ts
var weight = (value, what) => number2().min(0).max(100).default(value).describe(`Weight of the reward's term: ${what}`);
var CanaryOptions = strictObject({
  scenarios: array(_enum(SCENARIO_NAMES)).min(1).default([...SCENARIO_NAMES]).describe("Drawn from with equal chances."),
  steps: number2().int().min(10).max(1e3).default(120).describe("Decisions, one every 30 s, before the release is handed to a person."),
  step: number2().min(0.01).max(0.5).default(0.1).describe("Share of the traffic by which up and down change the weight; a release begins with it."),
  requestsPerSecond: tuple([number2().min(1e-3).max(1e5), number2().min(1e-3).max(1e5)]).refine(([from, to]) => from <= to, "expected [least, most]").default([0.2, 200]).describe("Traffic of both versions; logarithms of it are drawn uniformly."),
  weights: strictObject({
    progress: weight(0.5, "traffic gained"),
    time: weight(5e-3, "each decision"),
    exposure: weight(2, "weight \xD7 share of requests that fail or are slow because of the canary"),
    verdict: weight(1, "a right verdict"),
    falsePromotion: weight(5, "a bad canary or an unproved one promoted"),
    falseRollback: weight(5, "a good canary rolled back"),
    undecided: weight(2, "no verdict in time where there could have been one")
  }).prefault({}).describe("Magnitudes of the reward\u2019s terms.")
});

// agent/sim/canary/interval.ts
var Interval3 = class {
  canaryRequests = 0;
  stableRequests = 0;
  canaryErrors = 0;
  stableErrors = 0;
  /** Requests slower than the usual p95 of the stable version. */
  canarySlow = 0;
  stableSlow = 0;
  /** Latencies ÷ the usual one at that quantile; 0 without requests. */
  canaryP50 = 0;
  canaryP95 = 0;
  canaryP99 = 0;
  stableP50 = 0;
  stableP95 = 0;
  stableP99 = 0;
  canaryCpu = 0;
  canaryMemory = 0;
  /** Of the canary's containers, within the interval. */
  restarts = 0;
};

// agent/sim/canary/observation.ts
var share4 = (name, unit3) => ({ name, unit: unit3, min: 0, max: 1 });
var signed2 = (name, unit3) => ({ name, unit: unit3, min: -1, max: 1 });
var ratio = (name, unit3) => signed2(name, `log2(${unit3}) \xF7 2, 0 without requests`);
var COUNT_SCALE = 5;
var HARM_SCALE = 4;
var SAFETY_SCALE = 4;
var STEPS_AT_WEIGHT = 40;
var DIFFERENCE_SCALE = 0.2;
var LEAST_ERROR_SHARE = 1e-4;
var MEMORY_TREND_SCALE = 0.02;
var CANARY_FIELDS = [
  share4("weight", "share of traffic on the canary"),
  share4("elapsed", "share of the time limit"),
  share4("time_at_weight", `decisions \xF7 ${STEPS_AT_WEIGHT}`),
  share4("canary_has_data", "1 if it had requests in the last interval"),
  share4("canary_requests", `log10(1 + requests) \xF7 ${COUNT_SCALE}`),
  share4("stable_requests", `log10(1 + requests) \xF7 ${COUNT_SCALE}`),
  share4("canary_requests_at_weight", `log10(1 + requests) \xF7 ${COUNT_SCALE}`),
  share4("canary_requests_in_all", `log10(1 + requests) \xF7 ${COUNT_SCALE}`),
  share4("canary_error_share", "log10(share \xF7 0.0001) \xF7 4"),
  share4("stable_error_share", "log10(share \xF7 0.0001) \xF7 4"),
  signed2("error_difference", `canary \u2212 stable, share \xF7 ${DIFFERENCE_SCALE}`),
  share4("canary_error_share_5m", "smoothed, log10(share \xF7 0.0001) \xF7 4"),
  share4("stable_error_share_5m", "smoothed, log10(share \xF7 0.0001) \xF7 4"),
  signed2("error_difference_5m", `smoothed, canary \u2212 stable, share \xF7 ${DIFFERENCE_SCALE}`),
  ratio("canary_p50", "p50 \xF7 usual"),
  ratio("canary_p95", "p95 \xF7 usual"),
  ratio("canary_p99", "p99 \xF7 usual"),
  ratio("stable_p50", "p50 \xF7 usual"),
  ratio("stable_p95", "p95 \xF7 usual"),
  ratio("stable_p99", "p99 \xF7 usual"),
  ratio("p95_ratio_5m", "smoothed, canary \xF7 stable"),
  share4("error_harm", `log10 of evidence \xF7 ${HARM_SCALE}`),
  signed2("error_safety", `log10 of evidence \xF7 ${SAFETY_SCALE}`),
  share4("latency_harm", `log10 of evidence \xF7 ${HARM_SCALE}`),
  signed2("latency_safety", `log10 of evidence \xF7 ${SAFETY_SCALE}`),
  share4("dispersion", "log10(Pearson\u2019s, of stable errors) \xF7 2"),
  share4("restarts_10m", "restarts of the canary \xF7 5"),
  share4("canary_cpu", "share of limit"),
  share4("canary_memory", "share of limit"),
  signed2("memory_trend", `share of limit per interval \xF7 ${MEMORY_TREND_SCALE}`)
];
function writeObservation(observation, interval, record3, weight3, elapsed, stepsAtWeight) {
  observation[0] = unit(weight3);
  observation[1] = unit(elapsed);
  observation[2] = unit(stepsAtWeight / STEPS_AT_WEIGHT);
  writeTraffic(observation, interval, record3);
  writeErrors(observation, interval, record3);
  writeLatencies(observation, interval, record3);
  writeEvidence(observation, interval, record3);
}
function writeTraffic(observation, interval, record3) {
  observation[3] = interval.canaryRequests > 0 ? 1 : 0;
  observation[4] = logCount(interval.canaryRequests);
  observation[5] = logCount(interval.stableRequests);
  observation[6] = logCount(record3.requestsAtWeight);
  observation[7] = logCount(record3.requests);
}
function writeErrors(observation, interval, record3) {
  const canary = interval.canaryErrors / Math.max(1, interval.canaryRequests);
  const stable = interval.stableErrors / Math.max(1, interval.stableRequests);
  observation[8] = logShare(canary);
  observation[9] = logShare(stable);
  observation[10] = within1((canary - stable) / DIFFERENCE_SCALE);
  observation[11] = logShare(record3.canaryErrorShare);
  observation[12] = logShare(record3.stableErrorShare);
  observation[13] = within1((record3.canaryErrorShare - record3.stableErrorShare) / DIFFERENCE_SCALE);
}
function writeLatencies(observation, interval, record3) {
  observation[14] = logRatio(interval.canaryP50);
  observation[15] = logRatio(interval.canaryP95);
  observation[16] = logRatio(interval.canaryP99);
  observation[17] = logRatio(interval.stableP50);
  observation[18] = logRatio(interval.stableP95);
  observation[19] = logRatio(interval.stableP99);
  observation[20] = logRatio(record3.p95Ratio);
}
function writeEvidence(observation, interval, record3) {
  const { errors, latency, dispersion } = record3;
  observation[21] = unit(errors.harm / HARM_SCALE);
  observation[22] = within1(errors.safety / SAFETY_SCALE);
  observation[23] = unit(latency.harm / HARM_SCALE);
  observation[24] = within1(latency.safety / SAFETY_SCALE);
  observation[25] = unit(Math.log(Math.max(1, dispersion.phi)) * Math.LOG10E / 2);
  observation[26] = unit(record3.recentRestarts / 5);
  observation[27] = unit(interval.canaryCpu);
  observation[28] = unit(interval.canaryMemory);
  observation[29] = within1(record3.memoryTrend / MEMORY_TREND_SCALE);
}
function unit(value) {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}
function within1(value) {
  return value < -1 ? -1 : value > 1 ? 1 : value;
}
function logCount(count3) {
  return count3 === 0 ? 0 : unit(Math.log(1 + count3) * Math.LOG10E / COUNT_SCALE);
}
function logShare(value) {
  if (value <= LEAST_ERROR_SHARE) return 0;
  return unit(Math.log(value / LEAST_ERROR_SHARE) * Math.LOG10E / 4);
}
function logRatio(value) {
  return value <= 0 ? 0 : within1(Math.log(value) * Math.LOG2E / 2);
}

// agent/sim/canary/release.ts
var INTERVAL_SECONDS = 30;
var SLOW_SHARE = 0.05;
var LOG_SLOW_SHARE = Math.log(SLOW_SHARE);
var DEPTH_50 = -Math.log(0.5);
var DEPTH_95 = -Math.log(0.05);
var DEPTH_99 = -Math.log(0.01);
var DRIFT_KEEP = 0.93;
var DRIFT_FRESH = Math.sqrt(1 - DRIFT_KEEP * DRIFT_KEEP);
var RESTART_ERRORS = 0.3;
var MEMORY_PRESSURE = 0.8;
var PRESSURE_COST = 3;
var MOST_ERRORS = 0.98;
var WARM_SECONDS = 600;
var MEMORY_NOISE = 0.01;
var Release = class {
  /** Of the interval before: what is wrong with the canary, as a share of its requests that fail or are slow by it. */
  harmShare = 0;
  #scenario;
  #random;
  #drift = 0;
  #leaked = 0;
  constructor(scenario, random) {
    this.#scenario = scenario;
    this.#random = random;
  }
  reset(random) {
    this.#random = random;
    this.#drift = random.gaussian();
    this.#leaked = 0;
    this.harmShare = 0;
  }
  /** Serves one interval that begins at `seconds` with `weight` of the traffic on the canary. */
  serve(interval, seconds, weight3) {
    const scenario = this.#scenario;
    const random = this.#random;
    const phase = seconds / scenario.trafficPeriodSeconds + scenario.trafficPhase;
    const swing = 1 + scenario.trafficSwing * Math.sin(2 * Math.PI * phase);
    const offered = scenario.requestsPerSecond * swing * INTERVAL_SECONDS;
    this.#drift = DRIFT_KEEP * this.#drift + DRIFT_FRESH * random.gaussian();
    const usual = scenario.baseErrorShare * Math.exp(scenario.drift * this.#drift);
    const harm = this.#harmNow(seconds);
    const restarted = this.#leak();
    const pressure = Math.max(0, scenario.memoryBase + this.#leaked - MEMORY_PRESSURE);
    const harmFactor = 1 + (scenario.latencyFactor - 1) * harm + PRESSURE_COST * pressure;
    const factor = harmFactor * this.#goodFactor(seconds);
    const own2 = scenario.extraErrorShare * harm + (restarted ? RESTART_ERRORS : 0);
    const common = this.#commonNow();
    const slow = slowShare(harmFactor, scenario.latencyFloor);
    this.harmShare = own2 + (1 - own2) * Math.max(0, slow - SLOW_SHARE);
    interval.restarts = restarted ? 1 : 0;
    interval.canaryMemory = this.#memory(seconds);
    interval.canaryCpu = unit2(scenario.cpuBase * (1 + 0.5 * (factor - 1)) * (1 + 0.05 * random.gaussian()));
    this.#serveCanary(interval, offered * weight3, usual * scenario.usualErrorRatio, own2 + common, factor);
    this.#serveStable(interval, offered * (1 - weight3), usual, common);
  }
  #serveCanary(interval, offered, usual, extra, factor) {
    const requests = this.#random.poisson(offered);
    interval.canaryRequests = requests;
    interval.canaryErrors = this.#errors(requests, usual, extra);
    interval.canarySlow = this.#count(requests, slowShare(factor, this.#scenario.latencyFloor));
    interval.canaryP50 = this.#quantile(requests, DEPTH_50, factor);
    interval.canaryP95 = this.#quantile(requests, DEPTH_95, factor);
    interval.canaryP99 = this.#quantile(requests, DEPTH_99, factor);
  }
  #serveStable(interval, offered, usual, extra) {
    const requests = this.#random.poisson(offered);
    interval.stableRequests = requests;
    interval.stableErrors = this.#errors(requests, usual, extra);
    interval.stableSlow = this.#count(requests, SLOW_SHARE);
    interval.stableP50 = this.#quantile(requests, DEPTH_50, 1);
    interval.stableP95 = this.#quantile(requests, DEPTH_95, 1);
    interval.stableP99 = this.#quantile(requests, DEPTH_99, 1);
  }
  #errors(requests, usual, extra) {
    const scatter = Math.exp(this.#scenario.dispersion * this.#random.gaussian());
    return this.#count(requests, Math.min(MOST_ERRORS, usual * scatter + extra));
  }
  #count(requests, share6) {
    return requests === 0 ? 0 : Math.min(requests, this.#random.poisson(requests * share6));
  }
  /** Relative to the usual one; its error falls with the square root of the requests beyond the quantile. */
  #quantile(requests, depth, factor) {
    if (requests === 0) return 0;
    const { latencyFloor, latencyNoise } = this.#scenario;
    const spread2 = (1 - latencyFloor) / Math.sqrt(Math.max(1, requests * Math.exp(-depth)) * depth * depth);
    return factor * Math.max(0.2, 1 + (latencyNoise + spread2) * this.#random.gaussian());
  }
  /** By what factor latencies of a good canary differ: a little for ever, more while it is cold. */
  #goodFactor(seconds) {
    const { usualLatencyRatio, coldFactor, coldSeconds } = this.#scenario;
    const cold = Math.max(0, 1 - seconds / coldSeconds);
    return usualLatencyRatio * (1 + (coldFactor - 1) * cold);
  }
  /** Memory grows while caches fill, and scatters. */
  #memory(seconds) {
    const { memoryBase, warmMemory } = this.#scenario;
    const warm = warmMemory * (1 - Math.exp(-seconds / WARM_SECONDS));
    return unit2(memoryBase + this.#leaked + warm + MEMORY_NOISE * this.#random.gaussian());
  }
  /** 0…1 of the whole harm. */
  #harmNow(seconds) {
    const { onsetSeconds, rampSeconds, spikeShare } = this.#scenario;
    if (seconds < onsetSeconds) return 0;
    if (spikeShare < 1) return this.#random.uniform() < spikeShare ? 1 : 0;
    return rampSeconds === 0 ? 1 : Math.min(1, (seconds - onsetSeconds) / rampSeconds);
  }
  #commonNow() {
    const { commonSpikeShare, commonErrorShare } = this.#scenario;
    return commonSpikeShare > 0 && this.#random.uniform() < commonSpikeShare ? commonErrorShare : 0;
  }
  /** @returns whether the canary's container was killed for its memory */
  #leak() {
    const { leakPerSecond, memoryBase } = this.#scenario;
    this.#leaked += leakPerSecond * INTERVAL_SECONDS;
    if (memoryBase + this.#leaked < 1) return false;
    this.#leaked = 0;
    return true;
  }
};
function slowShare(factor, floor) {
  const depth = (1 / factor - floor) / (1 - floor);
  return depth <= 0 ? 1 : Math.exp(LOG_SLOW_SHARE * depth);
}
function unit2(value) {
  return Math.min(1, Math.max(0, value));
}

// agent/sim/canary/evidence.ts
var NO_HARM = 1.5;
var HARMS = [2.5, 8, 30];
var RESTART_WEIGHT = 0.02 / HARMS.length;
var UNSAFE = 2;
var MOST_LOG = 12;
var Evidence = class {
  #harms = new Float64Array(HARMS.length);
  #safety = 0;
  reset() {
    this.#harms.fill(0);
    this.#safety = 0;
  }
  restartSafety() {
    this.#safety = 0;
  }
  /** ≥ 0; log10 of 1 + the mixture. 1.3 is odds of about 20. */
  get harm() {
    let sum2 = 0;
    for (let index = 0; index < this.#harms.length; index++) sum2 += this.#harms[index];
    return Math.log10(1 + sum2);
  }
  /** log10 of the likelihood ratio of "the same rate" to "twice the rate". */
  get safety() {
    return this.#safety * Math.LOG10E;
  }
  add(canaryHits, canaryCount, stableHits, stableCount, eta) {
    if (canaryCount === 0 || stableCount === 0 || canaryHits + stableHits === 0) return;
    const log = (ratio2, reference) => eta * logLikelihoodRatio(ratio2, reference, canaryHits, canaryCount, stableHits, stableCount);
    for (let index = 0; index < HARMS.length; index++) {
      const likelihood = Math.exp(
        Math.max(-MOST_LOG, Math.min(MOST_LOG, log(HARMS[index], NO_HARM)))
      );
      this.#harms[index] = Math.min(1e6, (this.#harms[index] + RESTART_WEIGHT) * likelihood);
    }
    this.#safety = Math.max(-MOST_LOG, Math.min(MOST_LOG, this.#safety + log(1, UNSAFE)));
  }
};
function logLikelihoodRatio(ratio2, reference, canaryHits, canaryCount, stableHits, stableCount) {
  const common = Math.log((canaryCount * reference + stableCount) / (canaryCount * ratio2 + stableCount));
  return canaryHits * (Math.log(ratio2 / reference) + common) + stableHits * common;
}
var Dispersion = class {
  #usual = 0;
  #intervals = 0;
  #phi = 1;
  reset() {
    this.#usual = 0;
    this.#intervals = 0;
    this.#phi = 1;
  }
  /** What to temper evidence with. */
  get eta() {
    return 1 / Math.max(1, this.#phi);
  }
  get phi() {
    return this.#phi;
  }
  add(errors, count3) {
    if (count3 === 0) return;
    const share6 = errors / count3;
    this.#intervals++;
    const take = Math.max(1 / 20, 1 / this.#intervals);
    const expected = Math.max(0.5, this.#usual * count3);
    if (this.#intervals > 1) {
      const squared = (errors - this.#usual * count3) ** 2 / expected;
      this.#phi += take * (Math.min(50, squared) - this.#phi);
    }
    this.#usual += take * (share6 - this.#usual);
  }
};

// agent/sim/canary/releaseRecord.ts
var SMOOTH = 0.1;
var RECENT = 20;
var WARM_UP_INTERVALS = 12;
var ReleaseRecord = class {
  errors = new Evidence();
  latency = new Evidence();
  dispersion = new Dispersion();
  /** Smoothed shares, and smoothed ratio of the canary's p95 to the stable one's. */
  canaryErrorShare = 0;
  stableErrorShare = 0;
  p95Ratio = 1;
  /** Requests of the canary since the weight is what it is, and since the beginning. */
  requestsAtWeight = 0;
  requests = 0;
  recentRestarts = 0;
  memoryTrend = 0;
  #restarts = new Uint8Array(RECENT);
  #intervals = 0;
  #memory = 0;
  reset() {
    this.errors.reset();
    this.latency.reset();
    this.dispersion.reset();
    this.canaryErrorShare = this.stableErrorShare = this.requests = this.requestsAtWeight = 0;
    this.p95Ratio = 1;
    this.recentRestarts = this.#intervals = this.#memory = this.memoryTrend = 0;
    this.#restarts.fill(0);
  }
  /** What was shown to be safe was shown at another weight; harm remains harm. */
  weightChanged() {
    this.requestsAtWeight = 0;
  }
  add(interval) {
    const { canaryRequests, stableRequests, canaryErrors, stableErrors } = interval;
    this.dispersion.add(stableErrors, stableRequests);
    const { eta } = this.dispersion;
    this.errors.add(canaryErrors, canaryRequests, stableErrors, stableRequests, eta);
    if (this.#intervals >= WARM_UP_INTERVALS)
      this.latency.add(interval.canarySlow, canaryRequests, interval.stableSlow, stableRequests, 1);
    this.requests += canaryRequests;
    this.requestsAtWeight += canaryRequests;
    if (canaryRequests > 0)
      this.canaryErrorShare += SMOOTH * (canaryErrors / canaryRequests - this.canaryErrorShare);
    if (stableRequests > 0)
      this.stableErrorShare += SMOOTH * (stableErrors / stableRequests - this.stableErrorShare);
    if (interval.canaryP95 > 0 && interval.stableP95 > 0) {
      this.p95Ratio += SMOOTH * (interval.canaryP95 / interval.stableP95 - this.p95Ratio);
    }
    this.#addContainer(interval);
    this.#intervals++;
  }
  #addContainer({ restarts, canaryMemory }) {
    const place = this.#intervals % RECENT;
    this.recentRestarts += restarts - this.#restarts[place];
    this.#restarts[place] = restarts;
    const change = this.#intervals === 0 || restarts > 0 ? 0 : canaryMemory - this.#memory;
    this.memoryTrend += SMOOTH * (change - this.memoryTrend);
    this.#memory = canaryMemory;
  }
};

// agent/sim/canary/canaryEnv.ts
var HOLD = 0;
var UP = 1;
var DOWN = 2;
var KEPT_INTERVALS = 3;
var TINY = 1e-9;
var REWARD_TERMS = [
  "progress",
  "time",
  "exposure",
  "verdict",
  "falsePromotion",
  "falseRollback",
  "undecided"
];
var PROGRESS = 0;
var TIME = 1;
var EXPOSURE = 2;
var VERDICT = 3;
var FALSE_PROMOTION = 4;
var FALSE_ROLLBACK = 5;
var UNDECIDED = 6;
function createCanaryEnv(options = {}) {
  return new CanaryEnv(parseEnvOptions("canary", CanaryOptions, options));
}
var CanaryEnv = class {
  spec = `canary/${CANARY_FIELDS.length}`;
  observationSpace = { kind: "box", fields: CANARY_FIELDS };
  actionSpace;
  observation = new Float32Array(CANARY_FIELDS.length);
  rewardTerms = REWARD_TERMS;
  terms = new Float32Array(REWARD_TERMS.length);
  objective = 0;
  /** The truth, for tests; a policy looks at `interval`, `record`, `weight` and `stepsAtWeight` alone. */
  scenario = new CanaryScenario();
  record = new ReleaseRecord();
  /** The newest interval that has been seen. Nothing at first where metrics are late. */
  interval = new Interval3();
  weight = 0;
  /** Intervals that were served at this weight. */
  stepsAtWeight = 1;
  /** By how much up and down change the weight. */
  weightStep;
  /** Magnitudes of the terms. */
  rewardWeights;
  #options;
  #nothing = this.interval;
  #intervals = Array.from({ length: KEPT_INTERVALS }, () => new Interval3());
  #release;
  #result = { reward: 0, terminated: false, truncated: false };
  #random = new Random(0);
  /** In steps, so that going up and down comes back to the same number. */
  #weightSteps = 1;
  #steps = 0;
  #exposureSeconds = 0;
  #verdict = "none";
  constructor(options) {
    this.#options = options;
    this.weightStep = options.step;
    this.rewardWeights = Float32Array.from(REWARD_TERMS, (term) => options.weights[term]);
    const percent = `${Math.round(options.step * 100)} %`;
    this.actionSpace = { kind: "discrete", labels: ["hold", `up ${percent}`, `down ${percent}`] };
    this.#release = new Release(this.scenario, this.#random);
  }
  reset(seed) {
    const random = new Random(seed);
    drawScenario(this.scenario, this.#options, random);
    this.#release.reset(random);
    this.record.reset();
    this.interval = this.#nothing;
    this.#weightSteps = 1;
    this.weight = this.#options.step;
    this.#steps = this.#exposureSeconds = 0;
    this.stepsAtWeight = 1;
    this.#verdict = "none";
    this.#result.terminated = this.#result.truncated = false;
    this.terms.fill(0);
    this.objective = 0;
    this.#serve();
    this.#observe();
  }
  step(action) {
    this.terms.fill(0);
    this.#shift(discreteAction(this.actionSpace, action));
    this.#steps++;
    this.stepsAtWeight++;
    if (this.#verdict === "none") {
      this.#serve();
      if (this.#steps >= this.#options.steps) this.#verdict = "undecided";
    }
    this.#observe();
    this.#judge();
    this.#reward();
    return this.#result;
  }
  /** `minutesToVerdict` is left out while there is none. */
  info() {
    const { bad, provable, name } = this.scenario;
    const promoted = this.#verdict === "promoted";
    const rolledBack = this.#verdict === "rolled-back";
    const info = {
      scenario: SCENARIO_NAMES.indexOf(name),
      bad: bad ? 1 : 0,
      promoted: promoted ? 1 : 0,
      rolledBack: rolledBack ? 1 : 0,
      undecided: this.#verdict === "undecided" ? 1 : 0,
      falsePromotion: promoted && (bad || !provable) ? 1 : 0,
      falseRollback: rolledBack && !bad ? 1 : 0,
      exposureHarmSeconds: this.#exposureSeconds
    };
    if (promoted || rolledBack) info.minutesToVerdict = this.#steps * INTERVAL_SECONDS / 60;
    return info;
  }
  #shift(action) {
    if (action === HOLD) return;
    this.#weightSteps += action === UP ? 1 : -1;
    const weight3 = Math.min(1, Math.max(0, this.#weightSteps * this.#options.step));
    this.terms[PROGRESS] = weight3 - this.weight;
    this.weight = weight3;
    this.stepsAtWeight = 0;
    this.record.weightChanged();
    if (weight3 >= 1 - TINY) this.#verdict = "promoted";
    else if (weight3 <= TINY) this.#verdict = "rolled-back";
  }
  /** Serves the next interval. What is seen of it comes with the metrics' lag. */
  #serve() {
    const served = this.#intervals[this.#steps % KEPT_INTERVALS];
    this.#release.serve(served, this.#steps * INTERVAL_SECONDS, this.weight);
    const exposure = this.weight * this.#release.harmShare * (this.scenario.provable ? 1 : 0);
    this.terms[EXPOSURE] = -exposure;
    this.#exposureSeconds += exposure * INTERVAL_SECONDS;
    const seen = this.#steps - this.scenario.lag;
    if (seen < 0) return;
    this.interval = this.#intervals[seen % KEPT_INTERVALS];
    this.record.add(this.interval);
  }
  #observe() {
    const elapsed = this.#steps / this.#options.steps;
    writeObservation(this.observation, this.interval, this.record, this.weight, elapsed, this.stepsAtWeight);
  }
  #judge() {
    this.terms[TIME] = -1;
    if (this.#verdict === "none") return;
    const { bad, provable } = this.scenario;
    this.#result.terminated = true;
    if (this.#verdict === "promoted") this.#settle(!bad && provable, FALSE_PROMOTION);
    else if (this.#verdict === "rolled-back") this.#settle(bad, FALSE_ROLLBACK);
    else this.#settle(!provable, UNDECIDED);
  }
  #settle(right, wrongTerm) {
    this.terms[right ? VERDICT : wrongTerm] = right ? 1 : -1;
  }
  #reward() {
    const { terms, rewardWeights } = this;
    const reward = weightedSum(rewardWeights, terms, 0);
    const shaping = rewardWeights[PROGRESS] * terms[PROGRESS] + rewardWeights[VERDICT] * terms[VERDICT];
    this.#result.reward = reward;
    this.objective = reward - shaping;
  }
};

// agent/tasks/heal/rich/richMemory.ts
var ACTION_INTERVAL_SECONDS = 60;
var USUAL_SECONDS = 300;
var RECENT_SECONDS = 150;
var EVIDENCE_SECONDS = 10;
var MOST_EVIDENCE = 6;
var DRIFT = 0.5;
var MOST_OUTLIER = 3;
var COMMON = 1.5;
var BUSY = 0.75;
var COMMON_ERRORS = 0.02;
var RichMemory = class {
  /** Index of the last action that was carried out, 0 without one. */
  lastAction = 0;
  actedAt = Number.NEGATIVE_INFINITY;
  p95AtAction = 0;
  errorsAtAction = 0;
  usualP95 = 0;
  usualErrors = 0;
  usualLoadPerPod = 0;
  /** Counts, each of which fades with a time constant of 150 s. */
  recentCrashes = 0;
  recentYoungCrashes = 0;
  recentActions = 0;
  /** How long the same pod has been the suspect, with a score of at least 1. */
  suspectSeconds = 0;
  /** 0…`MOST_EVIDENCE`. */
  outlierEvidence = 0;
  saturationEvidence = 0;
  commonEvidence = 0;
  #actionIntervalSeconds;
  #lookedAt = Number.NaN;
  #suspectId = Number.NaN;
  /** @param actionIntervalSeconds `guard.actionInterval` */
  constructor(actionIntervalSeconds = ACTION_INTERVAL_SECONDS) {
    this.#actionIntervalSeconds = actionIntervalSeconds;
  }
  reset() {
    this.lastAction = 0;
    this.actedAt = Number.NEGATIVE_INFINITY;
    this.p95AtAction = this.errorsAtAction = 0;
    this.usualP95 = this.usualErrors = this.usualLoadPerPod = 0;
    this.recentCrashes = this.recentYoungCrashes = this.recentActions = this.suspectSeconds = 0;
    this.outlierEvidence = this.saturationEvidence = this.commonEvidence = 0;
    this.#lookedAt = this.#suspectId = Number.NaN;
  }
  canAct(now) {
    return now - this.actedAt >= this.#actionIntervalSeconds;
  }
  /** An action was carried out. @param look the one that led to it. @param now when, by the clock of the looks */
  acted(action, look, now = look.now) {
    this.lastAction = action;
    this.actedAt = now;
    this.p95AtAction = look.p95Seconds;
    this.errorsAtAction = look.errorRate;
    this.recentActions++;
  }
  /** Takes in a look; call it once for each, before `writeRich`. */
  look(look) {
    const first = Number.isNaN(this.#lookedAt);
    const seconds = first ? 0 : Math.max(0, look.now - this.#lookedAt);
    this.#lookedAt = look.now;
    this.#fade(seconds);
    this.recentCrashes += look.crashes;
    this.recentYoungCrashes += look.youngCrashes;
    const take = seconds / (seconds + USUAL_SECONDS);
    this.usualP95 = towards(this.usualP95, look.p95Seconds, take);
    this.usualErrors = towards(this.usualErrors, look.errorRate, first ? 1 : take);
    this.usualLoadPerPod = towards(this.usualLoadPerPod, look.requestRate / Math.max(1, look.wanted), take);
    this.#followSuspect(look, seconds);
    this.#sumEvidence(look, seconds);
  }
  #fade(seconds) {
    const keep = RECENT_SECONDS / (RECENT_SECONDS + seconds);
    this.recentCrashes *= keep;
    this.recentYoungCrashes *= keep;
    this.recentActions *= keep;
  }
  #followSuspect(look, seconds) {
    const { suspect, suspectScore } = look.pods;
    const stands = suspect >= 0 && suspectScore >= 1;
    const same = stands && look.suspectId === this.#suspectId;
    this.suspectSeconds = same ? this.suspectSeconds + seconds : 0;
    this.#suspectId = stands ? look.suspectId : Number.NaN;
  }
  #sumEvidence(look, seconds) {
    const { pods } = look;
    const violated = look.p95Seconds > look.sloSeconds || look.errorRate > look.sloErrorRate;
    const common = pods.latencies.median() > look.sloSeconds || pods.errors.median() > COMMON_ERRORS;
    const share6 = seconds / EVIDENCE_SECONDS;
    const outlier = Math.min(MOST_OUTLIER, pods.worstOutlier);
    this.outlierEvidence = sum(this.outlierEvidence, outlier, share6);
    this.saturationEvidence = sum(this.saturationEvidence, violated && look.cpu > BUSY ? COMMON : 0, share6);
    this.commonEvidence = sum(this.commonEvidence, violated && common ? COMMON : 0, share6);
  }
};
function towards(average, value, take) {
  if (Number.isNaN(value)) return average;
  return average === 0 ? value : average + take * (value - average);
}
function sum(before, evidence, share6) {
  return Math.min(MOST_EVIDENCE, Math.max(0, before + (evidence - DRIFT) * share6));
}

// agent/tasks/heal/spec.ts
var REPLICA_SCALE = 10;
var FAILURE_SCALE_SECONDS = 300;
var HEAL_9 = {
  name: "heal/9",
  fields: [
    { name: "healthy_count", unit: `pods \xF7 ${REPLICA_SCALE}`, min: 0, max: 1, default: 0 },
    { name: "degraded_count", unit: `pods \xF7 ${REPLICA_SCALE}`, min: 0, max: 1, default: 0 },
    { name: "crashed_count", unit: `pods \xF7 ${REPLICA_SCALE}`, min: 0, max: 1, default: 0 },
    { name: "avg_cpu", unit: "share of limit", min: 0, max: 1, default: 0 },
    { name: "avg_memory", unit: "share of limit", min: 0, max: 1, default: 0 },
    { name: "avg_latency", unit: "p95 in seconds", min: 0, max: 1, default: 0 },
    { name: "avg_error_rate", unit: "share of requests", min: 0, max: 1, default: 0 },
    { name: "time_since_failure", unit: `seconds \xF7 ${FAILURE_SCALE_SECONDS}`, min: 0, max: 1, default: 0 },
    { name: "replica_count", unit: `pods \xF7 ${REPLICA_SCALE}`, min: 0, max: 1, default: 0 }
  ]
};

// agent/tasks/heal/rich/podCondition.ts
var GONE = 0;
var SERVING = 1;
var NOT_READY = 2;
var CRASHING = 3;
var DRAINED = 4;

// agent/tasks/heal/rich/podScore.ts
var CRASHING_SCORE = 1e3;
var UNREADY_SCORE = 500;
var MOST_RESTARTS = 400;
var MOST_UNREADY_SECONDS = 400;
var STAND_OUT_FACTOR = 3;
var ERROR_GAP = 0.1;
var MEMORY_GAP = 0.5;
var CPU_GAP = 0.5;
function restartScore(condition, isWarming, restarts, unreadySeconds, standsOut) {
  if (condition === DRAINED || condition === GONE) return 0;
  if (condition === CRASHING) return CRASHING_SCORE + Math.min(MOST_RESTARTS, restarts);
  if (isWarming) return 0;
  return condition === SERVING ? standsOut : UNREADY_SCORE + Math.min(MOST_UNREADY_SECONDS, unreadySeconds);
}
function standOutScore(latencyRatio, errorGap, memoryGap, cpuGap, outlierFactor = STAND_OUT_FACTOR) {
  let score = Number.MIN_VALUE;
  if (latencyRatio / outlierFactor > score) score = latencyRatio / outlierFactor;
  if (errorGap / ERROR_GAP > score) score = errorGap / ERROR_GAP;
  if (memoryGap / MEMORY_GAP > score) score = memoryGap / MEMORY_GAP;
  if (cpuGap / CPU_GAP > score) score = cpuGap / CPU_GAP;
  return score;
}

// agent/tasks/heal/rich/richSpec.ts
var share5 = (name, unit3, absent = 0) => ({
  name,
  unit: unit3,
  min: 0,
  max: 1,
  default: absent
});
var signed3 = (name, unit3) => ({ name, unit: unit3, min: -1, max: 1, default: 0 });
var contrast = (name, a, b) => signed3(name, `(a \u2212 b) \xF7 (a + b): ${a} against ${b}`);
var RICH_FIELDS = [
  ...HEAL_9.fields,
  share5("ready_share", "ready \xF7 wanted"),
  share5("warming_count", `pods \xF7 ${REPLICA_SCALE}`),
  share5("drained_count", `pods \xF7 ${REPLICA_SCALE}`),
  signed3("extra_replicas", `wanted \u2212 usual, pods \xF7 ${REPLICA_SCALE}`),
  share5("longest_unready", "seconds \xF7 120"),
  contrast("latency_to_objective", "p95", "objective"),
  contrast("errors_to_objective", "error rate", "objective"),
  contrast("median_latency_to_objective", "median of the pods\u2019 p95", "objective"),
  contrast("median_errors_to_objective", "median of the pods\u2019 error rates", "objective"),
  contrast("latency_gap", "worst", "median of the pods\u2019 p95"),
  share5("error_gap", "worst \u2212 median of the pods\u2019 error rates"),
  signed3("error_significance", "z of the worst pod\u2019s errors against its siblings\u2019, \xF7 (|z| + 4)"),
  share5("cpu_gap", "worst \u2212 median, share of limit"),
  share5("memory_gap", "worst \u2212 median, share of limit"),
  share5("worst_memory", "share of limit"),
  share5("violating_share", "serving pods that miss an objective \xF7 serving pods"),
  contrast("load_per_ready_pod", "requests/s per ready pod", "its slow average per wanted pod"),
  share5("cpu_with_one_fewer", "CPU share of limit if the load of one pod fell on the others, cut at 1"),
  share5("suspect_crashing", "1 where the pod that a restart would fall on crashes"),
  share5("suspect_unready", "1 where it is unready beyond its grace"),
  contrast("suspect_stands_out", "how far it stands out among those that serve", "1"),
  share5("suspect_lasted", "for how long the same pod has been it, seconds \xF7 60"),
  share5("suspect_restarts", "its restarts \xF7 5"),
  share5("crashes_recent", "container crashes, fading over 150 s, \xF7 5"),
  share5("young_crashes_recent", "those of pods up to 5 min old, fading over 150 s, \xF7 5"),
  share5("crash_age", `seconds since the last one \xF7 ${FAILURE_SCALE_SECONDS}, 1 without one`, 1),
  share5("last_crash_oom", "1 if it was for want of memory"),
  share5("can_act", "1 when the last action is a minute ago"),
  share5("action_age", `seconds \xF7 ${FAILURE_SCALE_SECONDS}, 1 without one`, 1),
  share5("actions_recent", "actions, fading over 150 s, \xF7 5"),
  share5("last_restart", "1 if the last action was one"),
  share5("last_scale_up", "1 if the last action was one"),
  share5("last_scale_down", "1 if the last action was one"),
  share5("last_drain", "1 if the last action was one"),
  contrast("latency_since_action", "p95", "p95 at the last action"),
  signed3("errors_since_action", "error rate \u2212 error rate at the last action"),
  contrast("latency_trend", "p95", "its average over 5 min"),
  signed3("errors_trend", "error rate \u2212 its average over 5 min"),
  share5("outlier_evidence", "sum over time of the worst pod\u2019s evidence \xF7 6"),
  share5("saturation_evidence", "sum over time of a missed objective with busy pods \xF7 6"),
  share5("common_evidence", "sum over time of an objective that most pods miss alike \xF7 6"),
  share5("advice_restart", "1 if the runbook would restart a pod now"),
  share5("advice_scale_up", "1 if the runbook would scale up now"),
  share5("advice_scale_down", "1 if the runbook would scale down now"),
  share5("advice_drain", "1 if the runbook would drain a pod now")
];
var HEAL_RICH = { name: "heal/54", fields: RICH_FIELDS };

// agent/tasks/heal/rich/writeRich.ts
var LONG_UNREADY_SECONDS = 120;
var LONG_SUSPECT_SECONDS = 60;
var FEW = 5;
var SIGNIFICANT = 4;
var ACTIONS = 4;
var LEAST_ERROR_RATE = 1e-4;
var BOUNDS = RICH_FIELDS.map(({ min, max, default: absent }) => ({ min, max, absent }));
var MIN = Float64Array.from(BOUNDS, ({ min }) => min);
var MAX = Float64Array.from(BOUNDS, ({ max }) => max);
var ABSENT = Float64Array.from(BOUNDS, ({ absent }) => absent);
function writeRich(look, memory, out) {
  let at = writeNine(look, out, 0);
  at = writePods(look, out, at);
  at = writeMetrics(look, memory, out, at);
  at = writeSuspect(look, memory, out, at);
  at = writeCrashes(look, memory, out, at);
  at = writeActions(look, memory, out, at);
  at = writeEvidence2(look, memory, out, at);
  for (let field2 = 0; field2 < at; field2++) {
    const value = out[field2];
    const least2 = MIN[field2];
    const most2 = MAX[field2];
    if (Number.isNaN(value)) out[field2] = ABSENT[field2];
    else if (value < least2) out[field2] = least2;
    else if (value > most2) out[field2] = most2;
  }
}
function writeNine(look, out, from) {
  let at = from;
  let healthy = 0;
  let degraded = 0;
  let crashed = 0;
  for (let pod = 0; pod < look.count; pod++) {
    const condition = look.condition[pod];
    const slow = condition === SERVING && look.pods.latencyRatio[pod] >= STAND_OUT_FACTOR;
    if (condition === CRASHING) crashed++;
    else if (condition === NOT_READY || slow) degraded++;
    else if (condition === SERVING) healthy++;
  }
  out[at++] = healthy / REPLICA_SCALE;
  out[at++] = degraded / REPLICA_SCALE;
  out[at++] = crashed / REPLICA_SCALE;
  out[at++] = look.cpu;
  out[at++] = look.memory;
  out[at++] = look.p95Seconds;
  out[at++] = look.errorRate;
  out[at++] = look.unhealthySeconds / FAILURE_SCALE_SECONDS;
  out[at++] = look.wanted / REPLICA_SCALE;
  return at;
}
function writePods(look, out, from) {
  let at = from;
  let warming = 0;
  let drained = 0;
  let longestUnready = 0;
  for (let pod = 0; pod < look.count; pod++) {
    if (look.warming[pod] === 1) warming++;
    if (look.condition[pod] === DRAINED) drained++;
    longestUnready = Math.max(longestUnready, look.unreadySeconds[pod]);
  }
  out[at++] = look.ready / Math.max(1, look.wanted);
  out[at++] = warming / REPLICA_SCALE;
  out[at++] = drained / REPLICA_SCALE;
  out[at++] = (look.wanted - look.base) / REPLICA_SCALE;
  out[at++] = longestUnready / LONG_UNREADY_SECONDS;
  return at;
}
function writeMetrics(look, memory, out, from) {
  let at = from;
  const { latencies, errors, cpus, memories, violatingShare, errorSignificance } = look.pods;
  const medianLatency = latencies.median();
  out[at++] = contrastOf(look.p95Seconds, look.sloSeconds);
  out[at++] = errorsAgainst(look.errorRate, look.sloErrorRate);
  out[at++] = contrastOf(medianLatency, look.sloSeconds);
  out[at++] = errors.size === 0 ? Number.NaN : errorsAgainst(errors.median(), look.sloErrorRate);
  out[at++] = contrastOf(latencies.worst(), medianLatency);
  out[at++] = errors.gap();
  out[at++] = errorSignificance / (Math.abs(errorSignificance) + SIGNIFICANT);
  out[at++] = cpus.gap();
  out[at++] = memories.gap();
  out[at++] = memories.worst();
  out[at++] = violatingShare;
  out[at++] = contrastOf(look.requestRate / Math.max(1, look.ready), memory.usualLoadPerPod);
  out[at++] = look.ready > 1 ? look.cpu * look.ready / (look.ready - 1) : 1;
  return at;
}
function writeSuspect(look, memory, out, from) {
  let at = from;
  const { suspect, suspectScore } = look.pods;
  const condition = suspect < 0 ? SERVING : look.condition[suspect];
  out[at++] = condition === CRASHING ? 1 : 0;
  out[at++] = condition === NOT_READY ? 1 : 0;
  out[at++] = suspect >= 0 && condition === SERVING ? contrastOf(suspectScore, 1) : 0;
  out[at++] = memory.suspectSeconds / LONG_SUSPECT_SECONDS;
  out[at++] = suspect < 0 ? 0 : look.restarts[suspect] / FEW;
  return at;
}
function writeCrashes(look, memory, out, from) {
  let at = from;
  out[at++] = memory.recentCrashes / FEW;
  out[at++] = memory.recentYoungCrashes / FEW;
  out[at++] = look.lastCrashSeconds / FAILURE_SCALE_SECONDS;
  out[at++] = look.lastCrashOom;
  return at;
}
function writeActions(look, memory, out, from) {
  let at = from;
  const acted = memory.lastAction !== 0;
  out[at++] = memory.canAct(look.now) ? 1 : 0;
  out[at++] = (look.now - memory.actedAt) / FAILURE_SCALE_SECONDS;
  out[at++] = memory.recentActions / FEW;
  for (let kind = 1; kind <= ACTIONS; kind++) out[at++] = memory.lastAction === kind ? 1 : 0;
  out[at++] = acted ? contrastOf(look.p95Seconds, memory.p95AtAction) : 0;
  out[at++] = acted ? look.errorRate - memory.errorsAtAction : 0;
  out[at++] = contrastOf(look.p95Seconds, memory.usualP95);
  out[at++] = look.errorRate - memory.usualErrors;
  return at;
}
function writeEvidence2(look, memory, out, from) {
  let at = from;
  out[at++] = memory.outlierEvidence / MOST_EVIDENCE;
  out[at++] = memory.saturationEvidence / MOST_EVIDENCE;
  out[at++] = memory.commonEvidence / MOST_EVIDENCE;
  const advice = memory.canAct(look.now) ? look.advice : 0;
  for (let kind = 1; kind <= ACTIONS; kind++) out[at++] = advice === kind ? 1 : 0;
  return at;
}
function contrastOf(value, reference) {
  return value > 0 && reference > 0 ? (value - reference) / (value + reference) : 0;
}
function errorsAgainst(share6, objective) {
  const reference = Math.max(objective, LEAST_ERROR_RATE);
  return (share6 - reference) / (share6 + reference);
}

// agent/sim/heal/actions.ts
var DO_NOTHING = 0;
var RESTART_POD = 1;
var SCALE_UP = 2;
var SCALE_DOWN = 3;
var DRAIN_POD = 4;

// agent/sim/heal/conditions.ts
var HEALTHY = 0;
var WARMING = 1;
var DEGRADED = 2;
var FAILING = 3;
var GRACE_SECONDS = 45;
var SLO_ERROR_RATE = 0.01;

// agent/sim/heal/faults.ts
var FAULTS = [
  /** The process cannot stay up: something of the pod's own state is broken. The kubelet restarts it in vain. */
  { name: "pod-crash", remedy: "replace" },
  /** Some containers restart on a bad configuration; every container that starts from now on crashes. */
  { name: "bad-config", remedy: "time" },
  /** Memory fills within a minute, the kernel kills the process, and it begins again. */
  { name: "oom", remedy: "replace" },
  { name: "cpu-stress", remedy: "replace" },
  /** As `oom` over minutes; a pod short of memory is slow. */
  { name: "memory-leak", remedy: "replace" },
  { name: "delay", remedy: "replace" },
  { name: "packet-loss", remedy: "replace" },
  /** The process answers nothing. In some episodes the readiness probe finds out. */
  { name: "hung", remedy: "replace" },
  { name: "load-surge", remedy: "scale-up" },
  /** A node is gone; Kubernetes notices late and evicts its pods later still. */
  { name: "node-loss", remedy: "replace" },
  /** Pods are deleted; their ReplicaSet has made new ones already. */
  { name: "pod-kill", remedy: "time" },
  /** What the workload depends on is slow or fails, and so does each of its pods. */
  { name: "dependency", remedy: "time" }
];
var FAULT_NAMES = FAULTS.map(({ name }) => name);
function faultNumber(name) {
  return FAULT_NAMES.indexOf(name) + 1;
}
var NO_FAULT = 0;
var POD_CRASH = faultNumber("pod-crash");
var BAD_CONFIG = faultNumber("bad-config");
var OOM = faultNumber("oom");
var CPU_STRESS = faultNumber("cpu-stress");
var MEMORY_LEAK = faultNumber("memory-leak");
var DELAY = faultNumber("delay");
var PACKET_LOSS = faultNumber("packet-loss");
var HUNG = faultNumber("hung");
var LOAD_SURGE = faultNumber("load-surge");
var NODE_LOSS = faultNumber("node-loss");
var POD_KILL = faultNumber("pod-kill");
var DEPENDENCY = faultNumber("dependency");

// agent/sim/heal/noise.ts
var SQRT_6 = Math.sqrt(6);
var HALF_BITS = 2 ** 16;
function spread(random) {
  const bits = random.uniform() * HALF_BITS;
  const high = Math.floor(bits);
  return SQRT_6 * (high / HALF_BITS + (bits - high) - 1);
}

// agent/sim/heal/tick.ts
var TICK_SECONDS = 5;
var TICKS_OF_AVERAGES = 3;
var TICKS_OF_EVENTS = 1;
var EPISODE_SECONDS = 720;

// agent/sim/heal/load.ts
var NOISE_SECONDS = 60;
var KEEP = Math.exp(-TICK_SECONDS / NOISE_SECONDS);
var FRESH = Math.sqrt(1 - KEEP * KEEP);
var STEADY = 0;
var SINE = 1;
var RAMP = 2;
var HealLoad = class {
  #deviation = 0;
  #bursting = false;
  #switchAtSeconds = 0;
  reset() {
    this.#deviation = 0;
    this.#bursting = false;
    this.#switchAtSeconds = 0;
  }
  /** Mean rate over the next tick. */
  rate(scenario, seconds, random) {
    this.#deviation = KEEP * this.#deviation + FRESH * scenario.loadNoise * spread(random);
    const shape = this.#shape(scenario, seconds, random);
    return scenario.loadMean * (1 + scenario.loadSwing * shape) * Math.max(0, 1 + this.#deviation);
  }
  /** −1…1. */
  #shape(scenario, seconds, random) {
    const { loadFamily, loadPeriodSeconds, loadPhase } = scenario;
    if (loadFamily === STEADY) return 0;
    if (loadFamily === SINE) return Math.sin(2 * Math.PI * (seconds / loadPeriodSeconds + loadPhase));
    if (loadFamily === RAMP) return (loadPhase < 0.5 ? 1 : -1) * Math.min(1, seconds / loadPeriodSeconds);
    if (seconds >= this.#switchAtSeconds) {
      this.#bursting = !this.#bursting;
      this.#switchAtSeconds = seconds + random.exponential(loadPeriodSeconds / 4);
    }
    return this.#bursting ? 1 : -1;
  }
};

// agent/sim/heal/podFlow.ts
var MOST_RANDOM_UTILISATION = 0.95;
var NEGLIGIBLE = 12;
var DECAY_STEPS = 32;
var DECAY = Float64Array.from(
  { length: NEGLIGIBLE * DECAY_STEPS + 2 },
  (_, step) => Math.exp(-step / DECAY_STEPS)
);
var PodFlow = class {
  /** Requests inside after the tick. */
  inside = 0;
  /** Latency is the shift plus an exponential of mean theta. */
  shiftSeconds = 0;
  thetaSeconds = 0;
  /** Shares of requests: that fail, and that fail or miss the latency objective. */
  failed = 0;
  violated = 0;
  /** Share of the CPU time that requests take, of what is left of it. */
  busy = 0;
  #before = -1;
  #secondsPerRequest = 0;
  #lossShare = 0;
  #delaySeconds = 0;
  #offered = 0;
  /** @param offered requests of a pod during the tick; begins a tick */
  begin(offered) {
    this.#offered = offered;
    this.#before = -1;
  }
  solve(before, secondsPerRequest, lossShare, delaySeconds, traffic, seconds, scenario) {
    const same = before === this.#before && secondsPerRequest === this.#secondsPerRequest && lossShare === this.#lossShare && delaySeconds === this.#delaySeconds;
    if (same) return;
    this.#before = before;
    this.#secondsPerRequest = secondsPerRequest;
    this.#lossShare = lossShare;
    this.#delaySeconds = delaySeconds;
    const capacity = seconds / secondsPerRequest;
    const arriving = this.#offered * (1 - lossShare);
    const after = Math.min(settledInside(before + arriving, capacity), scenario.queueLimit);
    const busy = after / (1 + after);
    const excess = after < scenario.queueLimit ? 0 : before + arriving - capacity * busy - after;
    const refused = excess > 0 ? Math.min(1, excess / arriving) : 0;
    this.inside = after;
    this.busy = busy;
    const others = (before + after) / 2;
    const utilisation = Math.min(arriving / capacity, MOST_RANDOM_UTILISATION);
    const random = Math.min(others, utilisation / (1 - utilisation));
    const theta = (1 + random) * secondsPerRequest;
    const queueing = (others - random) * secondsPerRequest;
    const shift = scenario.baseLatencySeconds + queueing + delaySeconds + traffic.delaySeconds;
    this.shiftSeconds = shift;
    this.thetaSeconds = theta;
    const answered = (1 - lossShare) * (1 - refused) * (1 - traffic.errorShare);
    this.failed = 1 - answered * (1 - tail(scenario.timeoutSeconds, shift, theta));
    this.violated = 1 - answered * (1 - tail(scenario.sloLatencySeconds, shift, theta));
  }
};
function tail(limit2, shift, theta) {
  const room = limit2 - shift;
  if (room <= 0) return 1;
  if (room >= NEGLIGIBLE * theta) return 0;
  const place = room * DECAY_STEPS / theta;
  const index = Math.floor(place);
  const before = DECAY[index];
  return before + (place - index) * (DECAY[index + 1] - before);
}
function settledInside(present, capacity) {
  const half = (present - capacity - 1) / 2;
  const root = Math.sqrt(half * half + present);
  return half >= 0 ? half + root : present / (root - half);
}

// agent/sim/heal/podMetrics.ts
var RING = 16;
var WINDOW_SCRAPES = 4;
var LEAST_WINDOW_SECONDS = 15;
var LOG_20 = Math.log(20);
var LOGARITHMS = Float64Array.from({ length: RING + 1 }, (_, count3) => Math.log(count3));
var PodMetrics = class {
  p95Seconds;
  errorRate;
  cpu;
  memory;
  /** Requests that the share of errors is counted from. */
  requests;
  /** The slow part of a pod's requests, for percentiles over all of them: its share, and its latency's two numbers. */
  slowShare;
  shift;
  theta;
  #columns;
  #samples;
  #gauge;
  #shifts;
  #thetas;
  #errors;
  #cpus;
  #scenario;
  /** Of the window under measurement, the slowest first. */
  #slowness = new Float64Array(RING);
  #slowShift = new Float64Array(RING);
  #slowTheta = new Float64Array(RING);
  #keep = 0;
  #windowTicks = 0;
  constructor(capacity, scenario) {
    const column = () => new Float64Array(capacity);
    const ring = () => new Float64Array(capacity * RING);
    this.#scenario = scenario;
    this.p95Seconds = column();
    this.errorRate = column();
    this.cpu = column();
    this.memory = column();
    this.requests = column();
    this.slowShare = column();
    this.shift = column();
    this.theta = column();
    this.#gauge = column();
    this.#samples = new Int32Array(capacity);
    this.#shifts = ring();
    this.#thetas = ring();
    this.#errors = ring();
    this.#cpus = ring();
    this.#columns = [
      this.p95Seconds,
      this.errorRate,
      this.cpu,
      this.memory,
      this.requests,
      this.slowShare,
      this.shift,
      this.theta,
      this.#gauge
    ];
  }
  reset() {
    const { detection, lagSeconds, scrapeTicks } = this.#scenario;
    this.#windowTicks = detection === "events" ? WINDOW_SCRAPES * scrapeTicks : 0;
    this.#keep = lagSeconds > 0 ? Math.exp(-TICK_SECONDS / lagSeconds) : 0;
  }
  /** By how much an average sticks to what it was that many ticks before. */
  keepOver(ticks) {
    return this.#keep === 0 ? 0 : power(this.#keep, ticks);
  }
  /** Whether something new can be seen after that many ticks. */
  isDue(ticks) {
    return this.#windowTicks === 0 || ticks % this.#scenario.scrapeTicks === 0;
  }
  /** A pod that begins, or no longer serves. */
  clear(pod) {
    this.#samples[pod] = 0;
    for (const column of this.#columns) column[pod] = Number.NaN;
  }
  /** One pod takes another's place. */
  move(from, to) {
    this.#samples[to] = this.#samples[from];
    for (const column of this.#columns) column[to] = column[from];
    for (const ring of [this.#shifts, this.#thetas, this.#errors, this.#cpus])
      ring.copyWithin(to * RING, from * RING, from * RING + RING);
  }
  /** What a tick of a pod was like. */
  sample(pod, shift, theta, errors, cpu, memory) {
    const taken = this.#samples[pod];
    this.#samples[pod] = taken + 1;
    this.#gauge[pod] = memory;
    if (this.#windowTicks > 0) {
      const at2 = pod * RING + taken % RING;
      this.#shifts[at2] = shift;
      this.#thetas[at2] = theta;
      this.#errors[at2] = errors;
      this.#cpus[at2] = cpu;
      return;
    }
    const at = pod * RING;
    const keep = taken === 0 ? 0 : this.#keep;
    const take = 1 - keep;
    this.#shifts[at] = keep * this.#shifts[at] + take * shift;
    this.#thetas[at] = keep * this.#thetas[at] + take * theta;
    this.#errors[at] = keep * this.#errors[at] + take * errors;
    this.#cpus[at] = keep * this.#cpus[at] + take * cpu;
  }
  /** @param podRate requests per second of a pod. @param bias how its latency is measured against its siblings' */
  measure(pod, podRate, bias, random) {
    const { noise, lagSeconds, delayTicks } = this.#scenario;
    const taken = this.#samples[pod];
    const window = this.#windowTicks;
    const count3 = window === 0 ? Math.min(1, taken) : Math.min(window, taken - delayTicks);
    if (count3 <= 0) return;
    this.#gather(pod, window === 0 ? 1 : taken - delayTicks, count3);
    const factor = bias * Math.max(0.1, 1 + noise * spread(random));
    this.p95Seconds[pod] = this.p95Seconds[pod] * factor;
    this.shift[pod] = this.shift[pod] * factor;
    this.theta[pod] = this.theta[pod] * factor;
    const seconds = window === 0 ? Math.max(LEAST_WINDOW_SECONDS, lagSeconds) : count3 * TICK_SECONDS;
    const requests = Math.max(1, podRate * seconds);
    this.requests[pod] = requests;
    const share6 = this.errorRate[pod];
    const error2 = share6 + Math.sqrt(share6 * (1 - share6) / requests) * spread(random);
    this.errorRate[pod] = error2 < 0 ? 0 : error2 > 1 ? 1 : error2;
    this.memory[pod] = this.#gauge[pod];
  }
  /** Means over the last `count` of `end` samples, and of their latencies the slow part and the p95. */
  #gather(pod, end, count3) {
    const shifts = this.#shifts;
    const thetas = this.#thetas;
    const allErrors = this.#errors;
    const cpus = this.#cpus;
    const slowness = this.#slowness;
    const slowShift = this.#slowShift;
    const slowTheta = this.#slowTheta;
    const from = pod * RING;
    let errors = 0;
    let cpu = 0;
    for (let size2 = 0; size2 < count3; size2++) {
      const at = from + (end - count3 + size2) % RING;
      errors += allErrors[at];
      cpu += cpus[at];
      const shift = shifts[at];
      const theta = thetas[at];
      const slow = shift + 3 * theta;
      let place = size2;
      while (place > 0 && slowness[place - 1] < slow) {
        slowness[place] = slowness[place - 1];
        slowShift[place] = slowShift[place - 1];
        slowTheta[place] = slowTheta[place - 1];
        place--;
      }
      slowness[place] = slow;
      slowShift[place] = shift;
      slowTheta[place] = theta;
    }
    this.errorRate[pod] = errors / count3;
    this.cpu[pod] = cpu / count3;
    this.#keepSlowPart(pod, count3);
  }
  /**
   * The 95th percentile of requests from `count` equal parts. With only the k slowest of them it is
   * shift + theta · ln(20 k/count), in their means; the largest of these is exact where parts are alike, where one is
   * far slower than the rest, and little too small in between.
   */
  #keepSlowPart(pod, count3) {
    const slowShift = this.#slowShift;
    const slowTheta = this.#slowTheta;
    const logOfCount = LOGARITHMS[count3];
    let shift = 0;
    let theta = 0;
    let highest = 0;
    let part = 1;
    let partShift = 0;
    let partTheta = 0;
    for (let slowest = 1; slowest <= count3; slowest++) {
      shift += slowShift[slowest - 1];
      theta += slowTheta[slowest - 1];
      const depth = LOG_20 + LOGARITHMS[slowest] - logOfCount;
      const p95 = (shift + theta * depth) / slowest;
      if (p95 <= highest) continue;
      highest = p95;
      part = slowest;
      partShift = shift;
      partTheta = theta;
    }
    this.slowShare[pod] = part / count3;
    this.shift[pod] = partShift / part;
    this.theta[pod] = partTheta / part;
    this.p95Seconds[pod] = highest;
  }
};

// agent/sim/heal/pods.ts
var MAX_PODS = 12;
var STARTING = 1;
var READY = 2;
var CRASHED = 3;
var UNREADY = 4;
var FIRST_BACK_OFF_SECONDS = 10;
var LONGEST_BACK_OFF_SECONDS = 300;
var RESTART_SHARE = 0.5;
var PROBE_SECONDS = 30;
var COLD_SECONDS = 15;
var LONG_AGO_SECONDS2 = 3600;
var YOUNG_SECONDS = 300;
var MEMORY_PRESSURE2 = 0.85;
var PRESSURE_COST2 = 12;
var MEMORY_OF_QUEUE = 0.15;
var IDLE_CPU = 0.01;
var Pods = class {
  /** Kept up to date by the owner. */
  now = 0;
  count = 0;
  phase = new Uint8Array(MAX_PODS);
  /** When the phase ends by itself. */
  phaseEnd = new Float64Array(MAX_PODS);
  /** Set apart from others of its place: counts the pods of the episode. */
  uid = new Int32Array(MAX_PODS);
  createdAt = new Float64Array(MAX_PODS);
  readyChangedAt = new Float64Array(MAX_PODS);
  restarts = new Int32Array(MAX_PODS);
  crashedAt = new Float64Array(MAX_PODS);
  backOff = new Float64Array(MAX_PODS);
  /** When a drained pod returns to its Service; 0 where it is not drained. */
  drainedUntil = new Float64Array(MAX_PODS);
  /** Number of the fault that this pod suffers from. */
  affliction = new Uint8Array(MAX_PODS);
  /** Share of its CPU that is left. */
  speedShare = new Float64Array(MAX_PODS);
  delaySeconds = new Float64Array(MAX_PODS);
  lossShare = new Float64Array(MAX_PODS);
  /** Share of the memory limit that fills per second, since the container's start. */
  leakPerSecond = new Float64Array(MAX_PODS);
  /** Since when the process answers nothing; Infinity where it does. */
  silentSince = new Float64Array(MAX_PODS);
  /** How its latency is measured, relative to its siblings': nodes differ, and so do the requests of its clients. */
  bias = new Float64Array(MAX_PODS);
  inside = new Float64Array(MAX_PODS);
  leaked = new Float64Array(MAX_PODS);
  /** What is seen of those that serve. */
  metrics;
  /** Of the last tick: shares of all requests. */
  failedShare = 0;
  /** Failed, or slower than the objective. */
  violatedShare = 0;
  /** Containers that have ended by themselves, since the reset; and those of pods at most 5 min old. */
  crashes = 0;
  youngCrashes = 0;
  /** When the last of them was, and 1 where it was for want of memory. */
  lastCrashAt = Number.NEGATIVE_INFINITY;
  lastCrashOom = 0;
  #created = 0;
  #flow = new PodFlow();
  #scenario;
  #columns = Object.values(this).filter((value) => ArrayBuffer.isView(value));
  constructor(scenario) {
    this.#scenario = scenario;
    this.metrics = new PodMetrics(MAX_PODS, scenario);
  }
  /** Begins an episode with that many ready pods, as old as pods get. */
  reset(count3, random) {
    this.count = this.#created = this.crashes = this.youngCrashes = this.lastCrashOom = 0;
    this.lastCrashAt = Number.NEGATIVE_INFINITY;
    this.metrics.reset();
    for (let pod = 0; pod < count3; pod++) {
      this.add(random);
      this.phase[pod] = READY;
      this.createdAt[pod] = this.readyChangedAt[pod] = -LONG_AGO_SECONDS2;
    }
  }
  /** Adds a new pod, which starts. */
  add(random) {
    this.count++;
    this.replace(this.count - 1, random);
  }
  /** Deletes a pod; a new one starts in its place. */
  replace(pod, random) {
    const { now } = this;
    this.phase[pod] = STARTING;
    this.phaseEnd[pod] = now + this.#scenario.startupSeconds * (0.75 + 0.5 * random.uniform());
    this.#created++;
    this.uid[pod] = this.#created;
    this.createdAt[pod] = this.readyChangedAt[pod] = now;
    this.restarts[pod] = this.backOff[pod] = this.drainedUntil[pod] = 0;
    this.crashedAt[pod] = Number.NEGATIVE_INFINITY;
    this.bias[pod] = 0.9 + 0.2 * random.uniform();
    this.inside[pod] = this.leaked[pod] = 0;
    this.metrics.clear(pod);
    this.cure(pod);
  }
  /** Deletes a pod for good; the last one takes its place. */
  remove(pod) {
    this.count--;
    for (const column of this.#columns) column[pod] = column[this.count];
    this.metrics.move(this.count, pod);
  }
  /** Ends what a fault does to a pod. What it has done remains: a back-off, a queue, memory that has leaked. */
  cure(pod) {
    if (this.affliction[pod] === OOM) this.leaked[pod] = 0;
    this.affliction[pod] = NO_FAULT;
    this.speedShare[pod] = 1;
    this.delaySeconds[pod] = this.lossShare[pod] = this.leakPerSecond[pod] = 0;
    this.silentSince[pod] = Number.POSITIVE_INFINITY;
  }
  /** Lets a fault loose on a pod. */
  afflict(pod, fault) {
    const { severity, sloLatencySeconds, memoryBase } = this.#scenario;
    this.affliction[pod] = fault;
    if (fault === CPU_STRESS) this.speedShare[pod] = 0.45 - 0.37 * severity;
    else if (fault === DELAY) this.delaySeconds[pod] = sloLatencySeconds * (1.2 + 6 * severity);
    else if (fault === PACKET_LOSS) this.lossShare[pod] = 0.05 + 0.65 * severity;
    else if (fault === OOM) this.leakPerSecond[pod] = (1.05 - memoryBase) / (50 - 35 * severity);
    else if (fault === MEMORY_LEAK) this.leakPerSecond[pod] = (1.05 - memoryBase) / (240 - 150 * severity);
    else if (fault === HUNG || fault === NODE_LOSS) this.silentSince[pod] = this.now;
  }
  /** The container ends by itself; the kubelet will start it again. */
  crash(pod) {
    const { now } = this;
    const backOff = this.backOff[pod];
    this.phase[pod] = CRASHED;
    this.phaseEnd[pod] = now + backOff;
    this.backOff[pod] = backOff === 0 ? FIRST_BACK_OFF_SECONDS : Math.min(LONGEST_BACK_OFF_SECONDS, 2 * backOff);
    this.restarts[pod] = this.restarts[pod] + 1;
    this.crashedAt[pod] = this.readyChangedAt[pod] = this.now;
    this.lastCrashOom = this.isOutOfMemory(pod) ? 1 : 0;
    this.lastCrashAt = now;
    this.inside[pod] = this.leaked[pod] = 0;
    this.metrics.clear(pod);
    this.crashes++;
    if (now - this.createdAt[pod] <= YOUNG_SECONDS) this.youngCrashes++;
  }
  /** Takes a pod out of its Service until then. */
  drain(pod, until) {
    this.drainedUntil[pod] = until;
    this.inside[pod] = 0;
    this.metrics.clear(pod);
  }
  undrain(pod) {
    this.drainedUntil[pod] = 0;
    this.metrics.clear(pod);
  }
  isRouted(pod) {
    return this.phase[pod] === READY && this.drainedUntil[pod] === 0;
  }
  isOutOfMemory(pod) {
    return this.#scenario.memoryBase + this.leaked[pod] >= 1;
  }
  isShortOfMemory(pod) {
    return this.#scenario.memoryBase + this.leaked[pod] > MEMORY_PRESSURE2;
  }
  routedCount() {
    let routed = 0;
    for (let pod = 0; pod < this.count; pod++) if (this.isRouted(pod)) routed++;
    return routed;
  }
  /**
   * What a pod becomes by itself now.
   *
   * @param doomed whether its container cannot finish its start
   */
  live(pod, doomed, random) {
    const { now } = this;
    switch (this.phase[pod]) {
      case STARTING:
        if (now < this.phaseEnd[pod]) return;
        if (doomed) this.crash(pod);
        else this.#become(pod, READY);
        return;
      case CRASHED:
        if (now < this.phaseEnd[pod]) return;
        this.phase[pod] = STARTING;
        this.phaseEnd[pod] = now + RESTART_SHARE * this.#scenario.startupSeconds;
        return;
      case READY:
        this.#endDrain(pod);
        if (this.isOutOfMemory(pod)) this.crash(pod);
        else if (now >= this.silentSince[pod] && now >= this.#foundOutAt(pod)) {
          this.#become(pod, UNREADY);
          const evicts = this.affliction[pod] === NODE_LOSS;
          this.phaseEnd[pod] = evicts ? now + this.#scenario.evictionSeconds : Number.POSITIVE_INFINITY;
        }
        return;
      case UNREADY:
        if (this.silentSince[pod] === Number.POSITIVE_INFINITY) this.#become(pod, READY);
        else if (now >= this.phaseEnd[pod]) this.replace(pod, random);
    }
  }
  #become(pod, phase) {
    this.phase[pod] = phase;
    this.readyChangedAt[pod] = this.now;
    this.inside[pod] = 0;
    this.metrics.clear(pod);
  }
  #endDrain(pod) {
    const until = this.drainedUntil[pod];
    if (until !== 0 && this.now >= until) this.undrain(pod);
  }
  #foundOutAt(pod) {
    const { nodeGraceSeconds, probesNotice } = this.#scenario;
    const since2 = this.silentSince[pod];
    if (this.affliction[pod] === NODE_LOSS) return since2 + nodeGraceSeconds;
    return probesNotice ? since2 + PROBE_SECONDS : Number.POSITIVE_INFINITY;
  }
  /** Serves `traffic`, spread evenly over the routed pods, for the `seconds` that end now. */
  serve(traffic, seconds) {
    const routed = this.routedCount();
    this.failedShare = this.violatedShare = routed === 0 ? 1 : 0;
    const share6 = routed === 0 ? 0 : 1 / routed;
    this.#flow.begin(traffic.rate * seconds * share6);
    for (let pod = 0; pod < this.count; pod++) {
      if (this.phase[pod] !== READY) continue;
      this.leaked[pod] = this.leaked[pod] + this.leakPerSecond[pod] * seconds;
      if (this.drainedUntil[pod] !== 0) continue;
      if (this.now >= this.silentSince[pod]) this.#keepSilent(pod, share6);
      else this.#answer(pod, traffic, share6, seconds);
    }
  }
  #keepSilent(pod, share6) {
    this.failedShare += share6;
    this.violatedShare += share6;
    const { memoryBase, timeoutSeconds } = this.#scenario;
    this.metrics.sample(pod, timeoutSeconds, 0, 1, IDLE_CPU, memoryBase + this.leaked[pod]);
  }
  #answer(pod, traffic, share6, seconds) {
    const scenario = this.#scenario;
    const flow = this.#flow;
    const speedShare = this.speedShare[pod];
    const memoryHeld = scenario.memoryBase + this.leaked[pod];
    const secondsPerRequest = this.#costOf(pod, memoryHeld) / (scenario.podSpeed * speedShare);
    const loss = this.lossShare[pod];
    const delay2 = this.delaySeconds[pod];
    flow.solve(this.inside[pod], secondsPerRequest, loss, delay2, traffic, seconds, scenario);
    this.inside[pod] = flow.inside;
    this.failedShare += share6 * flow.failed;
    this.violatedShare += share6 * flow.violated;
    const cpu = Math.min(1, flow.busy * speedShare + IDLE_CPU + 1 - speedShare);
    const memory = Math.min(1, memoryHeld + MEMORY_OF_QUEUE * flow.inside / scenario.queueLimit);
    this.metrics.sample(pod, flow.shiftSeconds, flow.thetaSeconds, flow.failed, cpu, memory);
  }
  /** CPU work of a request relative to that of an average pod that is warm and has memory to spare. */
  #costOf(pod, memoryHeld) {
    let cost = 1;
    const age = this.now - this.readyChangedAt[pod];
    if (age < COLD_SECONDS) cost *= 1 + (this.#scenario.coldFactor - 1) * (1 - age / COLD_SECONDS);
    if (memoryHeld > MEMORY_PRESSURE2) cost *= 1 + PRESSURE_COST2 * (memoryHeld - MEMORY_PRESSURE2);
    return cost;
  }
};

// agent/sim/heal/deployment.ts
var DRAIN_SECONDS = 300;
var HealDeployment = class {
  pods;
  /** Kept up to date by ticks. */
  now = 0;
  ticks = 0;
  traffic = { rate: 0, delaySeconds: 0, errorShare: 0 };
  #scenario;
  #load = new HealLoad();
  #random;
  #struck = false;
  constructor(scenario, random) {
    this.#scenario = scenario;
    this.#random = random;
    this.pods = new Pods(scenario);
  }
  reset(random) {
    const { baseReplicas } = this.#scenario;
    this.#random = random;
    this.#struck = false;
    this.now = this.pods.now = this.ticks = 0;
    this.#load.reset();
    this.pods.reset(baseReplicas, random);
  }
  /** Wanted replicas, all of which exist. */
  get wanted() {
    return this.pods.count;
  }
  get faultActive() {
    const { fault, onsetSeconds, durationSeconds } = this.#scenario;
    return fault !== NO_FAULT && this.now >= onsetSeconds && this.now < onsetSeconds + durationSeconds;
  }
  /** Requests per second over what pods that are ready, routed and free of faults can do; Infinity without one. */
  utilisation(withoutPods = 0) {
    const { pods } = this;
    let able = -withoutPods;
    for (let pod = 0; pod < pods.count; pod++) {
      if (pods.isRouted(pod) && pods.affliction[pod] === NO_FAULT) able++;
    }
    return able <= 0 ? Number.POSITIVE_INFINITY : this.traffic.rate / (able * this.#scenario.podSpeed);
  }
  tick() {
    this.now += TICK_SECONDS;
    this.ticks++;
    this.pods.now = this.now;
    const active = this.faultActive;
    if (active && !this.#struck) this.#strike();
    if (!active && this.#struck) this.#endFault();
    const { pods } = this;
    for (let pod = 0; pod < pods.count; pod++) pods.live(pod, this.#isDoomed(pod, active), this.#random);
    this.#setTraffic(active);
    pods.serve(this.traffic, TICK_SECONDS);
  }
  /** Deletes a pod; its ReplicaSet makes another. */
  restart(pod) {
    this.pods.replace(pod, this.#random);
  }
  /** Takes a pod out of its Service. It stays a replica. */
  drain(pod) {
    this.pods.drain(pod, this.now + DRAIN_SECONDS);
  }
  scaleUp(count3) {
    for (let added = 0; added < count3 && this.wanted < MAX_PODS; added++) this.pods.add(this.#random);
  }
  /** Removes one pod as a ReplicaSet picks it: one that is not ready before one that is, then the youngest. */
  scaleDown() {
    const { pods } = this;
    let chosen = 0;
    for (let pod = 1; pod < pods.count; pod++) {
      const ready = pods.phase[pod] === READY;
      const chosenReady = pods.phase[chosen] === READY;
      const younger = pods.createdAt[pod] > pods.createdAt[chosen];
      if (ready === chosenReady ? younger : chosenReady) chosen = pod;
    }
    pods.remove(chosen);
  }
  /** The fault begins, on as many ready pods as it falls on. */
  #strike() {
    const { fault, hits } = this.#scenario;
    const { pods } = this;
    this.#struck = true;
    if (fault === LOAD_SURGE || fault === DEPENDENCY) return;
    const first = this.#random.below(pods.count);
    let left = hits;
    for (let offset = 0; offset < pods.count && left > 0; offset++) {
      const pod = (first + offset) % pods.count;
      if (pods.phase[pod] !== READY) continue;
      left--;
      if (fault === POD_KILL) pods.replace(pod, this.#random);
      else if (fault === BAD_CONFIG) pods.crash(pod);
      else {
        pods.afflict(pod, fault);
        if (fault === POD_CRASH) pods.crash(pod);
      }
    }
  }
  #endFault() {
    this.#struck = false;
    for (let pod = 0; pod < this.pods.count; pod++) this.pods.cure(pod);
  }
  /** Whether a container of the pod that finishes its start now crashes instead. */
  #isDoomed(pod, active) {
    return active && (this.#scenario.fault === BAD_CONFIG || this.pods.affliction[pod] === POD_CRASH);
  }
  #setTraffic(active) {
    const { traffic } = this;
    const scenario = this.#scenario;
    const { severity } = scenario;
    traffic.rate = this.#load.rate(scenario, this.now - TICK_SECONDS, this.#random);
    traffic.delaySeconds = 0;
    traffic.errorShare = scenario.baseErrorShare;
    if (!active) return;
    if (scenario.fault === LOAD_SURGE) traffic.rate *= 1.5 + severity;
    if (scenario.fault !== DEPENDENCY) return;
    if (severity < 0.5) traffic.delaySeconds = scenario.sloLatencySeconds * (0.8 + 4 * severity);
    else traffic.errorShare = Math.min(0.6, 1.2 * (severity - 0.45));
  }
};

// agent/sim/heal/healOptions.ts
var range = (min, max, low, high, what) => tuple([number2().min(min).max(max), number2().min(min).max(max)]).refine(([from, to]) => from <= to, "expected [least, most]").default([low, high]).describe(what);
var weight2 = (value, what) => number2().min(0).max(100).default(value).describe(`Weight of the reward's term: ${what}`);
var HealOptions = strictObject({
  spec: _enum([HEAL_9.name, HEAL_RICH.name]).default(HEAL_RICH.name).describe(
    `\`${HEAL_9.name}\` is the contract of seed 002; \`${HEAL_RICH.name}\` tells one bad pod from a bad dependency.`
  ),
  detection: _enum(["events", "averages"]).default("events").describe(
    "`events`: a decision every 5 s, on metrics over four scrape intervals; `averages`: every 15 s, on lagged averages. What a watch shows is known at once in both."
  ),
  steps: number2().int().min(4).max(1e3).optional().describe("Decisions before an episode is cut off; those of 12 min where absent."),
  faults: array(_enum(FAULT_NAMES)).min(1).default([...FAULT_NAMES]).describe("Drawn from with equal chances."),
  noFaultShare: number2().min(0).max(1).default(0.15).describe("Share of episodes without a fault."),
  replicas: tuple([number2().int().min(3).max(10), number2().int().min(3).max(10)]).refine(([from, to]) => from <= to, "expected [least, most]").default([3, 10]).describe("Usual number of replicas."),
  utilisation: range(0.05, 0.9, 0.4, 0.72, "CPU share of the limit at the load\u2019s peak, all replicas ready."),
  onsetSeconds: range(0, 3600, 45, 180, "When the fault begins."),
  durationSeconds: range(5, 1e6, 60, 300, "After what time it ends by itself."),
  lagSeconds: range(0, 60, 0, 60, "Time constant of the averages of `detection: averages`."),
  scrapeSeconds: range(5, 15, 5, 15, "Scrape interval of `detection: events`, rounded to 5 s."),
  noise: range(0, 0.5, 0.02, 0.1, "Relative standard deviation of a pod\u2019s latency as it is measured."),
  startupSeconds: range(1, 300, 8, 45, "From a pod\u2019s creation to its readiness."),
  weights: strictObject({
    violations: weight2(1, "share of requests that fail or miss the latency objective"),
    outage: weight2(0.3, "an objective that is missed, as long as it is"),
    actions: weight2(0.03, "each action"),
    replicas: weight2(0.015, "each replica above the usual number"),
    harmful: weight2(0.5, "an action that harms"),
    unneeded: weight2(0.2, "an action that does not help")
  }).prefault({}).describe("Magnitudes of the reward\u2019s terms.")
});

// agent/sim/heal/judgement.ts
var HELPS = 0;
var UNNEEDED = 1;
var HARMS2 = 2;
var BUSY2 = 0.75;
var FULL = 0.85;
var SUFFERS = 0.05;
function judgeRestart(deployment, scenario, pod) {
  const { pods } = deployment;
  const badConfig = scenario.fault === BAD_CONFIG && deployment.faultActive;
  const ill = pods.affliction[pod] !== NO_FAULT || pods.isShortOfMemory(pod);
  if (!badConfig && (ill || pods.phase[pod] === CRASHED)) return HELPS;
  if (!pods.isRouted(pod)) return UNNEEDED;
  return badConfig ? HARMS2 : judgeLoss(deployment);
}
function judgeDrain(deployment, pod) {
  return deployment.pods.affliction[pod] !== NO_FAULT ? HELPS : judgeLoss(deployment);
}
function judgeScaleUp(deployment) {
  return deployment.utilisation() > BUSY2 ? HELPS : UNNEEDED;
}
function judgeScaleDown(deployment, scenario) {
  if (deployment.utilisation(1) > FULL) return HARMS2;
  return deployment.wanted > scenario.baseReplicas ? HELPS : UNNEEDED;
}
function judgeLoss(deployment) {
  const suffers = deployment.pods.violatedShare > SUFFERS;
  return suffers || deployment.utilisation(1) > FULL ? HARMS2 : UNNEEDED;
}

// agent/sim/heal/ledger.ts
var RECOVERED_SECONDS = 60;
var VIOLATED_SHARE2 = 0.05;
var FAILED_SHARE = 0.01;
function isOutage({ violatedShare, failedShare }) {
  return violatedShare > VIOLATED_SHARE2 || failedShare > FAILED_SHARE;
}
var HealLedger = class {
  requests = 0;
  violated = 0;
  actions = 0;
  unneeded = 0;
  harmful = 0;
  helpful = 0;
  /** Inside the minute after an action. */
  suppressed = 0;
  /** Impossible, or what the guard would deny. */
  refused = 0;
  #replicaSeconds = 0;
  #seconds = 0;
  /** Ends of the first and of the last violating tick of the outage; NaN without one. */
  #lastViolation = Number.NaN;
  #firstViolation = Number.NaN;
  #recovered = false;
  #detectedAt = Number.NaN;
  #helpedAt = Number.NaN;
  reset() {
    this.requests = this.violated = this.actions = this.unneeded = this.harmful = this.helpful = 0;
    this.suppressed = this.refused = this.#replicaSeconds = this.#seconds = 0;
    this.#lastViolation = this.#firstViolation = this.#detectedAt = this.#helpedAt = Number.NaN;
    this.#recovered = false;
  }
  tick({ now, wanted, traffic, pods }, scenario) {
    const { rate } = traffic;
    this.#seconds += TICK_SECONDS;
    this.#replicaSeconds += TICK_SECONDS * wanted;
    this.requests += TICK_SECONDS * rate;
    this.violated += TICK_SECONDS * rate * pods.violatedShare;
    if (scenario.fault === NO_FAULT || now < scenario.onsetSeconds || this.#recovered) return;
    if (isOutage(pods)) {
      this.#lastViolation = now;
      if (Number.isNaN(this.#firstViolation)) this.#firstViolation = now;
    } else if (now - this.#lastViolation >= RECOVERED_SECONDS) this.#recovered = true;
  }
  /** Notes what a look shows. */
  look(now, health, { fault, onsetSeconds }) {
    const isKnown = !Number.isNaN(this.#detectedAt);
    if (isKnown || fault === NO_FAULT || now < onsetSeconds || health < DEGRADED) return;
    this.#detectedAt = now;
  }
  helped(now) {
    this.helpful++;
    if (Number.isNaN(this.#helpedAt)) this.#helpedAt = now;
  }
  /**
   * Of every episode:
   * - `violatedShare`, `availability`: shares of requests that fail or miss the latency objective, and that do not;
   * - `actions`, and of them by what they were worth `helpfulActions`, `unneededActions`, `harmfulActions`;
   * - `acted`, `unneeded`, `harmful`: 1 where there was any, so that a mean is the share of episodes;
   * - `harmfulUnreverted`: harmful drains and scalings that are still there and still do harm; `reverts`: what was
   *   taken back;
   * - `suppressedActions`, `refusedActions`: those that were none, within the minute and for other reasons;
   * - `replicaHoursRatio`: replica-hours ÷ those of the usual number; `fault`: its number.
   *
   * Of those with a fault whose time has come, in seconds from its onset:
   * - `mttrSeconds`: to the end of the outage, 0 for a fault without one, to the episode's end where it has not ended,
   *   and `recovered`, 1 where it has;
   * - `detectSeconds`: to the first look that finds the workload not healthy, `helpSeconds`: to the first action that
   *   helps; left out where there was none.
   */
  info(now, scenario) {
    const violatedShare = this.requests === 0 ? 0 : this.violated / this.requests;
    const info = {
      violatedShare,
      availability: 1 - violatedShare,
      actions: this.actions,
      helpfulActions: this.helpful,
      unneededActions: this.unneeded,
      harmfulActions: this.harmful,
      acted: this.actions > 0 ? 1 : 0,
      unneeded: this.unneeded > 0 ? 1 : 0,
      harmful: this.harmful > 0 ? 1 : 0,
      suppressedActions: this.suppressed,
      refusedActions: this.refused,
      replicaHoursRatio: this.#seconds === 0 ? 1 : this.#replicaSeconds / (this.#seconds * scenario.baseReplicas),
      fault: scenario.fault
    };
    const { fault, onsetSeconds } = scenario;
    if (fault === NO_FAULT || now < onsetSeconds) return info;
    const untouched = Number.isNaN(this.#firstViolation);
    const recovered = untouched || this.#recovered || now - this.#lastViolation >= RECOVERED_SECONDS / 2;
    const until = recovered ? this.#lastViolation : now;
    info.mttrSeconds = untouched ? 0 : until - onsetSeconds;
    info.recovered = recovered ? 1 : 0;
    if (!Number.isNaN(this.#detectedAt)) info.detectSeconds = this.#detectedAt - onsetSeconds;
    if (!Number.isNaN(this.#helpedAt)) info.helpSeconds = Math.max(0, this.#helpedAt - onsetSeconds);
    return info;
  }
};

// agent/sim/heal/observation.ts
var asField = ({ name, unit: unit3, min, max }) => ({ name, unit: unit3, min, max });
var HEAL_9_FIELDS = HEAL_9.fields.map(asField);
var HEAL_RICH_FIELDS = RICH_FIELDS.map(asField);
function writeHeal9(view2, observation) {
  writeNine(view2, observation, 0);
  for (let field2 = 0; field2 < HEAL_9_FIELDS.length; field2++) {
    const value = observation[field2];
    observation[field2] = value > 1 ? 1 : value > 0 ? value : 0;
  }
}

// agent/sim/heal/reverts.ts
var SETTLE_SECONDS = 45;
var REGRESSED = 1.5;
var MOST = 64;
var Reverts = class {
  /** How many were taken back. */
  count = 0;
  #action = 0;
  #measureAt = Number.POSITIVE_INFINITY;
  #uid = 0;
  #wantedBefore = 0;
  #p95Before = 0;
  #errorsBefore = 0;
  /** Of those that harmed and can be taken back: the pod that was drained, or 0 and the replicas before. */
  #harmedUid = new Int32Array(MOST);
  #harmedWanted = new Int32Array(MOST);
  #harmed = 0;
  reset() {
    this.count = this.#harmed = 0;
    this.#measureAt = Number.POSITIVE_INFINITY;
  }
  /** @param uid of the pod that it fell on. @param wantedBefore replicas before it */
  acted(action, uid, wantedBefore, harms, view2) {
    this.#action = action;
    this.#uid = uid;
    this.#wantedBefore = wantedBefore;
    this.#p95Before = view2.p95Seconds;
    this.#errorsBefore = view2.errorRate;
    this.#measureAt = action === RESTART_POD ? Number.POSITIVE_INFINITY : view2.now + SETTLE_SECONDS;
    if (!harms || action === RESTART_POD || this.#harmed === MOST) return;
    this.#harmedUid[this.#harmed] = action === DRAIN_POD ? uid : 0;
    this.#harmedWanted[this.#harmed] = wantedBefore;
    this.#harmed++;
  }
  /** Measures what is due; call it after each look. */
  look(view2, deployment) {
    if (view2.now < this.#measureAt) return;
    this.#measureAt = Number.POSITIVE_INFINITY;
    const worse = isWorse(this.#p95Before, view2.p95Seconds, view2.sloSeconds) || isWorse(this.#errorsBefore, view2.errorRate, view2.sloErrorRate);
    if (view2.health === HEALTHY || !worse) return;
    this.count++;
    if (this.#action === DRAIN_POD) {
      const pod = podOf(this.#uid, deployment);
      if (pod >= 0) deployment.pods.undrain(pod);
    } else if (this.#action === SCALE_UP) {
      while (deployment.wanted > this.#wantedBefore) deployment.scaleDown();
    } else deployment.scaleUp(this.#wantedBefore - deployment.wanted);
  }
  /** Harmful actions whose effect is still there, and still does harm. */
  standing(deployment) {
    const isFull = deployment.utilisation() > FULL;
    const suffers = deployment.pods.violatedShare > SUFFERS;
    let standing = 0;
    for (let index = 0; index < this.#harmed; index++) {
      const uid = this.#harmedUid[index];
      const pod = uid === 0 ? -1 : podOf(uid, deployment);
      const isDrained = pod >= 0 && deployment.pods.drainedUntil[pod] > 0;
      const isMissing = uid === 0 && deployment.wanted < this.#harmedWanted[index];
      if (isDrained && (isFull || suffers) || isMissing && isFull) standing++;
    }
    return standing;
  }
};
function isWorse(before, after, objective) {
  return after > objective && after > before * REGRESSED;
}
function podOf(uid, { pods }) {
  for (let pod = 0; pod < pods.count; pod++) if (pods.uid[pod] === uid) return pod;
  return -1;
}

// agent/sim/heal/runbookRules.ts
var RELEASE = 0.8;
var SETTLE_SECONDS2 = 45;
var IMPROVED = 0.8;
var RunbookRules = class {
  #settings;
  #outlierUid = new Int32Array(MAX_PODS);
  #outlierSince = new Float64Array(MAX_PODS);
  #saturatedSince = Number.NaN;
  #idleSince = Number.NaN;
  #ineffective = 0;
  #lastTried = DO_NOTHING;
  /** The action that is not measured yet: when, and what it was like before. */
  #measureAt = Number.POSITIVE_INFINITY;
  #violationBefore = 0;
  #readyBefore = 0;
  constructor(settings) {
    this.#settings = settings;
  }
  reset() {
    this.#outlierUid.fill(0);
    this.#saturatedSince = this.#idleSince = Number.NaN;
    this.#ineffective = 0;
    this.#lastTried = DO_NOTHING;
    this.#measureAt = Number.POSITIVE_INFINITY;
  }
  /** Takes in a look; call it once for each. @returns what it would do */
  look(view2, memory) {
    this.#follow(view2);
    if (view2.now >= this.#measureAt) this.#measure(view2);
    if (view2.health === HEALTHY && view2.unhealthySeconds === 0) this.#ineffective = 0;
    if (this.#ineffective >= this.#settings.maxIneffective || !memory.canAct(view2.now)) return DO_NOTHING;
    return this.#firstRule(view2, memory.recentYoungCrashes);
  }
  /** An action was carried out, its own or somebody else's. */
  acted(action, view2) {
    this.#lastTried = action;
    this.#measureAt = view2.now + SETTLE_SECONDS2;
    this.#violationBefore = view2.violation();
    this.#readyBefore = view2.ready / view2.wanted;
  }
  #firstRule(view2, youngCrashes) {
    const { unreadySeconds, idleSeconds, saturationSeconds, futileCrashes, crashRestarts } = this.#settings;
    let crashing = 0;
    let mostRestarts = 0;
    for (let pod = 0; pod < view2.count; pod++) {
      if (view2.condition[pod] !== CRASHING) continue;
      crashing++;
      mostRestarts = Math.max(mostRestarts, view2.restarts[pod]);
    }
    const isFutile = crashing > 1 && crashing === view2.count || youngCrashes >= futileCrashes;
    if (crashing > 0 && isFutile) return DO_NOTHING;
    if (crashing > 0 && mostRestarts >= crashRestarts) return RESTART_POD;
    for (let pod = 0; pod < view2.count; pod++) {
      const isUnready = view2.condition[pod] === NOT_READY && view2.warming[pod] === 0;
      if (isUnready && view2.unreadySeconds[pod] >= unreadySeconds) return RESTART_POD;
    }
    if (this.#hasOutlier(view2)) {
      return this.#lastTried === RESTART_POD && this.#ineffective > 0 ? DRAIN_POD : RESTART_POD;
    }
    const isSaturated = view2.now - this.#saturatedSince >= saturationSeconds;
    if (isSaturated && !view2.growing && view2.violation() > 1) return SCALE_UP;
    return view2.now - this.#idleSince >= idleSeconds ? SCALE_DOWN : DO_NOTHING;
  }
  #hasOutlier(view2) {
    if (view2.pods.violatingShare > this.#settings.mostViolating) return false;
    for (let pod = 0; pod < view2.count; pod++) {
      if (this.#outlierUid[pod] !== view2.uid[pod] || view2.warming[pod] === 1) continue;
      if (view2.health === HEALTHY && view2.pods.standsOut[pod] < 1) continue;
      if (view2.now - this.#outlierSince[pod] >= this.#settings.confirmSeconds) return true;
    }
    return false;
  }
  /** Notes since when each symptom has lasted. Pods are told apart by their uid: they change places. */
  #follow(view2) {
    const { saturation } = this.#settings;
    for (let pod = 0; pod < view2.count; pod++) {
      const uid = view2.uid[pod];
      const evidence = this.#outlierEvidence(view2, pod);
      const known = this.#outlierUid[pod] === uid;
      if (evidence < (known ? RELEASE : 1)) this.#outlierUid[pod] = 0;
      else if (!known) {
        this.#outlierUid[pod] = uid;
        this.#outlierSince[pod] = view2.now;
      }
    }
    const busy = view2.violation() > 1 ? view2.cpu / saturation : 0;
    this.#saturatedSince = since(this.#saturatedSince, busy, view2.now);
    const cpuWithOneFewer = view2.cpu * view2.wanted / Math.max(1, view2.wanted - 1);
    const idle = view2.health === HEALTHY && view2.wanted > view2.base && cpuWithOneFewer < saturation * RELEASE;
    this.#idleSince = since(this.#idleSince, idle ? 1 : 0, view2.now);
  }
  /** As in the live symptoms. What is not known (NaN) is no evidence. */
  #outlierEvidence(view2, pod) {
    if (view2.condition[pod] !== SERVING || view2.ready < 2 || view2.pods.violatingShare === 0) return 0;
    const { outlierFactor } = this.#settings;
    const slow = view2.podP95Seconds[pod] > view2.sloSeconds ? view2.pods.latencyRatio[pod] / outlierFactor : 0;
    const error2 = view2.podErrorRate[pod];
    const failing = error2 > SLO_ERROR_RATE && error2 >= outlierFactor * view2.pods.errors.meanWithout(error2);
    return Math.max(slow, failing ? error2 / SLO_ERROR_RATE : 0);
  }
  #measure(view2) {
    this.#measureAt = Number.POSITIVE_INFINITY;
    const better = this.#violationBefore > 1 && view2.violation() < IMPROVED * this.#violationBefore;
    const recovered = view2.health === HEALTHY || view2.ready / view2.wanted > this.#readyBefore;
    this.#ineffective = better || recovered ? 0 : this.#ineffective + 1;
  }
};
function since(before, evidence, now) {
  if (!(evidence >= (Number.isNaN(before) ? 1 : RELEASE))) return Number.NaN;
  return Number.isNaN(before) ? now : before;
}
var DEFAULT_RUNBOOK = {
  crashRestarts: 1,
  futileCrashes: Number.POSITIVE_INFINITY,
  unreadySeconds: 10,
  confirmSeconds: 10,
  saturationSeconds: 10,
  outlierFactor: STAND_OUT_FACTOR,
  mostViolating: 1,
  saturation: 0.85,
  idleSeconds: 300,
  maxIneffective: 2
};

// agent/sim/heal/scenario.ts
var HealScenario = class {
  baseReplicas = 3;
  /** Requests per second of a pod at full CPU. */
  podSpeed = 100;
  /** The part of a latency that does not queue. */
  baseLatencySeconds = 0.02;
  baseErrorShare = 1e-3;
  timeoutSeconds = 5;
  sloLatencySeconds = 0.2;
  /** Requests inside a pod beyond which it refuses. */
  queueLimit = 128;
  startupSeconds = 20;
  /** How much slower a pod is right after its start. */
  coldFactor = 1.5;
  /** Share of the limit. */
  memoryBase = 0.4;
  /** How metrics are seen, see `PodMetrics`: the averages' time constant, or the scrapes' interval and delay. */
  detection = "averages";
  lagSeconds = 15;
  scrapeTicks = 2;
  delayTicks = 0;
  noise = 0.05;
  /** Whether readiness probes notice a process that answers nothing. */
  probesNotice = false;
  /** From a node's loss to NotReady, and from there to the eviction of its pods. */
  nodeGraceSeconds = 40;
  evictionSeconds = 100;
  /** Mean requests per second, and how they change. */
  loadMean = 100;
  loadFamily = 0;
  loadSwing = 0;
  loadPeriodSeconds = 300;
  loadPhase = 0;
  loadNoise = 0;
  fault = NO_FAULT;
  onsetSeconds = 0;
  durationSeconds = 0;
  /** Uniform in [0, 1): 0 the mildest. */
  severity = 0;
  /** Pods that it falls on. */
  hits = 1;
};
var LOAD_FAMILIES2 = ["steady", "sine", "ramp", "bursty"];
var NO_LATENCY_TAIL = 3;
function drawScenario2(scenario, options, random) {
  drawWorkload2(scenario, options, random);
  drawLoad2(scenario, options, random);
  drawFault(scenario, options, random);
}
function drawWorkload2(scenario, options, random) {
  const [fewest, most2] = options.replicas;
  scenario.baseReplicas = fewest + random.below(most2 - fewest + 1);
  scenario.podSpeed = 30 * power(8, random.uniform());
  scenario.baseLatencySeconds = between3(random, 5e-3, 0.06);
  scenario.baseErrorShare = 3e-3 * random.uniform() ** 2;
  scenario.timeoutSeconds = between3(random, 2, 5);
  scenario.queueLimit = 32 + random.below(225);
  scenario.startupSeconds = drawIn(options.startupSeconds, random);
  scenario.coldFactor = between3(random, 1, 2);
  scenario.memoryBase = between3(random, 0.25, 0.6);
  scenario.detection = options.detection;
  scenario.lagSeconds = drawIn(options.lagSeconds, random);
  scenario.scrapeTicks = Math.max(1, Math.round(drawIn(options.scrapeSeconds, random) / TICK_SECONDS));
  scenario.delayTicks = random.below(2);
  scenario.noise = drawIn(options.noise, random);
  scenario.probesNotice = random.uniform() < 0.5;
  scenario.nodeGraceSeconds = between3(random, 10, 40);
  scenario.evictionSeconds = between3(random, 30, 300);
}
function drawLoad2(scenario, options, random) {
  const peakUtilisation = drawIn(options.utilisation, random);
  scenario.loadFamily = random.below(LOAD_FAMILIES2.length);
  scenario.loadSwing = scenario.loadFamily === 0 ? 0 : between3(random, 0.1, 0.4);
  scenario.loadPeriodSeconds = between3(random, 120, 900);
  scenario.loadPhase = random.uniform();
  scenario.loadNoise = between3(random, 0.01, 0.06);
  const capacity = scenario.podSpeed * scenario.baseReplicas;
  scenario.loadMean = peakUtilisation * capacity / (1 + scenario.loadSwing);
  const usualP95 = scenario.baseLatencySeconds + NO_LATENCY_TAIL / (scenario.podSpeed * (1 - peakUtilisation));
  scenario.sloLatencySeconds = usualP95 * between3(random, 1.5, 2.5);
}
function drawFault(scenario, options, random) {
  const none = random.uniform() < options.noFaultShare;
  const name = options.faults[random.below(options.faults.length)];
  scenario.fault = none || name === void 0 ? NO_FAULT : faultNumber(name);
  scenario.onsetSeconds = drawIn(options.onsetSeconds, random);
  scenario.durationSeconds = drawIn(options.durationSeconds, random);
  scenario.severity = random.uniform();
  const third = Math.ceil(scenario.baseReplicas / 3);
  scenario.hits = random.uniform() < 0.5 ? 1 : 1 + random.below(third);
  if (scenario.fault === BAD_CONFIG) scenario.hits = third;
  if (scenario.fault === LOAD_SURGE) scenario.hits = 0;
}
function drawIn([from, to], random) {
  return between3(random, from, to);
}
function between3(random, from, to) {
  return from + (to - from) * random.uniform();
}

// agent/sim/heal/tunedRunbooks.ts
var TUNED = {
  ...DEFAULT_RUNBOOK,
  futileCrashes: 2.5,
  confirmSeconds: 0,
  saturationSeconds: 15,
  mostViolating: 0.67,
  saturation: 0.8,
  idleSeconds: 30,
  maxIneffective: 3
};
var TUNED_RUNBOOKS = {
  events: TUNED,
  averages: TUNED
};

// agent/tasks/heal/rich/siblings.ts
var Siblings = class {
  /** How many serve and have a value. */
  size = 0;
  mean = 0;
  /** Their indices, by ascending value. */
  order;
  /** Their values, ascending. */
  #sorted;
  #sum = 0;
  /** @param capacity the most pods that there can be */
  constructor(capacity) {
    this.order = new Uint16Array(capacity);
    this.#sorted = new Float64Array(capacity);
  }
  /** Takes the pods among the first `count` whose condition is `wanted` and whose value is known (not NaN). */
  gather(values, condition, wanted, count3) {
    const { order } = this;
    const sorted = this.#sorted;
    let size2 = 0;
    let sum2 = 0;
    for (let pod = 0; pod < count3; pod++) {
      const value = values[pod];
      if (condition[pod] !== wanted || Number.isNaN(value)) continue;
      sum2 += value;
      let place = size2;
      while (place > 0 && sorted[place - 1] > value) {
        sorted[place] = sorted[place - 1];
        order[place] = order[place - 1];
        place--;
      }
      sorted[place] = value;
      order[place] = pod;
      size2++;
    }
    this.size = size2;
    this.#sum = sum2;
    this.mean = size2 === 0 ? 0 : sum2 / size2;
  }
  /** 0 without any. */
  median() {
    const { size: size2 } = this;
    if (size2 === 0) return 0;
    return (this.#at(size2 - 1 >> 1) + this.#at(size2 >> 1)) / 2;
  }
  /** 0 without any. */
  worst() {
    return this.size === 0 ? 0 : this.#at(this.size - 1);
  }
  /** The largest value above the median; 0 without any. */
  gap() {
    return this.worst() - this.median();
  }
  /** Of all but the one of that rank; 0 without others. */
  medianWithout(rank) {
    const others = this.size - 1;
    if (others <= 0) return 0;
    const low = others - 1 >> 1;
    const high = others >> 1;
    return (this.#at(low >= rank ? low + 1 : low) + this.#at(high >= rank ? high + 1 : high)) / 2;
  }
  /** Of all but one of that value; 0 without others. */
  meanWithout(value) {
    return this.size < 2 ? 0 : (this.#sum - value) / (this.size - 1);
  }
  #at(rank) {
    return this.#sorted[rank];
  }
};

// agent/tasks/heal/rich/podComparison.ts
var PodComparison = class {
  latencies;
  errors;
  cpus;
  memories;
  /** By pod: its p95 ÷ the median of its serving siblings; 0 without any. */
  latencyRatio;
  /** By pod: ≥ 1 where it misses an objective and by far more than its siblings. */
  outlier;
  /** By pod: `standOutScore`. */
  standsOut;
  worstOutlier = 0;
  /** Share of the serving pods that miss an objective, 0…1. */
  violatingShare = 0;
  /** By how many standard deviations the worst pod's share of errors is above that of the others together. */
  errorSignificance = 0;
  /** The pod whose replacement promises most, by `restartScore`; −1 where all are warming up, drained or going. */
  suspect = -1;
  suspectScore = 0;
  /** The serving pod that stands out most; −1 without one. */
  worstServing = -1;
  /** @param capacity the most pods that there can be */
  constructor(capacity) {
    this.latencies = new Siblings(capacity);
    this.errors = new Siblings(capacity);
    this.cpus = new Siblings(capacity);
    this.memories = new Siblings(capacity);
    this.latencyRatio = new Float64Array(capacity);
    this.outlier = new Float64Array(capacity);
    this.standsOut = new Float64Array(capacity);
  }
  compare(pods, objectives) {
    const { condition, count: count3 } = pods;
    this.latencies.gather(pods.podP95Seconds, condition, SERVING, count3);
    this.errors.gather(pods.podErrorRate, condition, SERVING, count3);
    this.cpus.gather(pods.podCpu, condition, SERVING, count3);
    this.memories.gather(pods.podMemory, condition, SERVING, count3);
    this.#compareLatencies(pods, count3);
    this.#findOutliers(pods, objectives);
    this.errorSignificance = this.#significanceOfErrors(pods);
    this.#choose(pods);
  }
  #compareLatencies(pods, count3) {
    const { latencies, latencyRatio } = this;
    latencyRatio.fill(0, 0, count3);
    for (let rank = 0; rank < latencies.size; rank++) {
      const pod = latencies.order[rank];
      const others = latencies.medianWithout(rank);
      if (others > 0) latencyRatio[pod] = pods.podP95Seconds[pod] / others;
    }
  }
  #findOutliers(pods, { sloSeconds, sloErrorRate }) {
    const { outlier, standsOut, latencyRatio } = this;
    const medianErrors = this.errors.median();
    const medianMemory = this.memories.median();
    const medianCpu = this.cpus.median();
    let serving = 0;
    let violating = 0;
    this.worstOutlier = 0;
    for (let pod = 0; pod < pods.count; pod++) {
      outlier[pod] = standsOut[pod] = 0;
      if (pods.condition[pod] !== SERVING) continue;
      serving++;
      const errors = pods.podErrorRate[pod];
      const misses = pods.podP95Seconds[pod] > sloSeconds;
      if (misses || errors > sloErrorRate) violating++;
      const ratio2 = latencyRatio[pod];
      standsOut[pod] = standOutScore(
        ratio2,
        errors - medianErrors,
        pods.podMemory[pod] - medianMemory,
        pods.podCpu[pod] - medianCpu
      );
      if (this.latencies.size < 2 && this.errors.size < 2) continue;
      const failing = errors > sloErrorRate && errors >= STAND_OUT_FACTOR * this.errors.meanWithout(errors);
      const slow = misses ? ratio2 / STAND_OUT_FACTOR : 0;
      const evidence = Math.max(slow, failing ? errors / Math.max(sloErrorRate, 1e-4) : 0);
      outlier[pod] = evidence;
      if (evidence > this.worstOutlier) this.worstOutlier = evidence;
    }
    this.violatingShare = serving === 0 ? 0 : violating / serving;
  }
  /** The two-sample z statistic of the worst pod's errors against those of the others; 0 where nothing can be said. */
  #significanceOfErrors(pods) {
    const { errors } = this;
    if (errors.size < 2) return 0;
    const pod = errors.order[errors.size - 1];
    const share6 = errors.worst();
    const others = errors.meanWithout(share6);
    const requests = pods.podRequests[pod];
    if (!(requests > 0)) return 0;
    const siblings = errors.size - 1;
    const pooled = (share6 + others * siblings) / errors.size;
    const variance = pooled * (1 - pooled) * (1 + 1 / siblings) / requests;
    return variance > 0 ? (share6 - others) / Math.sqrt(variance) : 0;
  }
  #choose(pods) {
    this.suspect = this.worstServing = -1;
    this.suspectScore = 0;
    let highest = 0;
    for (let pod = 0; pod < pods.count; pod++) {
      const condition = pods.condition[pod];
      if (condition === GONE) continue;
      const standsOut = this.standsOut[pod];
      const score = restartScore(
        condition,
        pods.warming[pod] === 1,
        pods.restarts[pod],
        pods.unreadySeconds[pod],
        standsOut
      );
      if (score > this.suspectScore) {
        this.suspectScore = score;
        this.suspect = pod;
      }
      if (condition === SERVING && standsOut > highest) {
        highest = standsOut;
        this.worstServing = pod;
      }
    }
  }
};

// agent/sim/heal/view.ts
var CRASH_MEMORY_SECONDS = 60;
var FAILURE_FACTOR = 5;
var HEALTHY_SECONDS = 10;
var LOG_202 = Math.log(20);
var HealView = class {
  now = 0;
  wanted = 0;
  base = 0;
  ready = 0;
  p95Seconds = Number.NaN;
  sloSeconds = 1;
  sloErrorRate = SLO_ERROR_RATE;
  errorRate = 0;
  cpu = 0;
  memory = 0;
  requestRate = 0;
  health = HEALTHY;
  unhealthySeconds = 0;
  /** Replicas that were added a short while ago are not all ready yet. */
  growing = false;
  /** Since when more replicas are wanted than before; −Infinity where all of them have been ready. */
  grownAt = Number.NEGATIVE_INFINITY;
  crashes = 0;
  youngCrashes = 0;
  lastCrashSeconds = Number.POSITIVE_INFINITY;
  lastCrashOom = 0;
  advice = DO_NOTHING;
  suspectId = 0;
  count = 0;
  uid;
  restarts;
  condition = new Uint8Array(MAX_PODS);
  warming = new Uint8Array(MAX_PODS);
  unreadySeconds = new Float64Array(MAX_PODS);
  podP95Seconds;
  podErrorRate;
  podCpu;
  podMemory;
  podRequests;
  pods = new PodComparison(MAX_PODS);
  #incidentSince = Number.NaN;
  #healthySince = Number.NaN;
  #allCrashes = 0;
  #allYoungCrashes = 0;
  constructor({ uid, restarts, metrics }) {
    this.uid = uid;
    this.restarts = restarts;
    this.podP95Seconds = metrics.p95Seconds;
    this.podErrorRate = metrics.errorRate;
    this.podCpu = metrics.cpu;
    this.podMemory = metrics.memory;
    this.podRequests = metrics.requests;
  }
  reset(scenario) {
    this.base = scenario.baseReplicas;
    this.sloSeconds = scenario.sloLatencySeconds;
    this.grownAt = Number.NEGATIVE_INFINITY;
    this.#incidentSince = this.#healthySince = Number.NaN;
    this.#allCrashes = this.#allYoungCrashes = 0;
    this.errorRate = scenario.baseErrorShare;
    this.advice = DO_NOTHING;
  }
  /** Takes a look. @param failedShare of all requests in the `ticks` since the last look */
  look(deployment, scenario, failedShare, ticks, random) {
    const { pods } = deployment;
    this.now = deployment.now;
    this.wanted = this.count = pods.count;
    this.requestRate = deployment.traffic.rate;
    this.ready = 0;
    const podRate = Math.min(this.requestRate / this.wanted, scenario.podSpeed);
    const isDue = pods.metrics.isDue(deployment.ticks);
    for (let pod = 0; pod < pods.count; pod++) {
      if (pods.phase[pod] === READY) this.ready++;
      this.#describe(pod, deployment);
      if (isDue && this.condition[pod] === SERVING)
        pods.metrics.measure(pod, podRate, pods.bias[pod], random);
    }
    this.pods.compare(this, this);
    const { suspect, latencies, errors, cpus, memories } = this.pods;
    this.suspectId = suspect < 0 ? 0 : this.uid[suspect];
    this.cpu = cpus.size === 0 ? Number.NaN : cpus.mean;
    this.memory = memories.size === 0 ? Number.NaN : memories.mean;
    this.p95Seconds = latencies.size === 0 ? Number.NaN : this.#quantile95(pods);
    if (scenario.detection === "events") this.errorRate = errors.size === 0 ? Number.NaN : errors.mean;
    else this.errorRate += (failedShare - this.errorRate) * (1 - pods.metrics.keepOver(ticks));
    this.#countCrashes(pods);
    this.growing = this.#isGrowing();
    this.#assess();
  }
  /** Objectives missed, by the largest factor; ≤ 1 where both are met, or nothing is known of them. */
  violation() {
    const latency = this.p95Seconds / this.sloSeconds;
    const errors = this.errorRate / SLO_ERROR_RATE;
    const worse = latency > errors ? latency : errors;
    return worse >= 0 ? worse : latency >= 0 ? latency : 0;
  }
  #describe(pod, { pods, now }) {
    const phase = pods.phase[pod];
    const readyChangedAt = pods.readyChangedAt[pod];
    const createdAt = pods.createdAt[pod];
    const since2 = phase === READY ? readyChangedAt : createdAt;
    this.warming[pod] = now - since2 < GRACE_SECONDS ? 1 : 0;
    this.unreadySeconds[pod] = phase === READY ? 0 : now - readyChangedAt;
    const crashed = phase === STARTING && now - pods.crashedAt[pod] < CRASH_MEMORY_SECONDS;
    if (pods.drainedUntil[pod] > 0) this.condition[pod] = DRAINED;
    else if (phase === CRASHED || crashed) this.condition[pod] = CRASHING;
    else this.condition[pod] = phase === READY ? SERVING : NOT_READY;
  }
  #countCrashes({ crashes, youngCrashes, lastCrashAt, lastCrashOom }) {
    this.crashes = crashes - this.#allCrashes;
    this.youngCrashes = youngCrashes - this.#allYoungCrashes;
    this.#allCrashes = crashes;
    this.#allYoungCrashes = youngCrashes;
    this.lastCrashSeconds = this.now - lastCrashAt;
    this.lastCrashOom = lastCrashOom;
  }
  /**
   * The 95th percentile over all pods, whose traffic is equal, from the slow part of each. With only the slowest of
   * them, a share s of all requests, it is shift + theta · ln(20 s), in their means; the largest of these is exact where
   * pods are alike, where one is far slower than the rest, and little too small in between.
   */
  #quantile95({ metrics }) {
    const { order, size: size2 } = this.pods.latencies;
    let share6 = 0;
    let shift = 0;
    let theta = 0;
    let highest = 0;
    for (let rank = size2 - 1; rank >= 0; rank--) {
      const pod = order[rank];
      const part = metrics.slowShare[pod] / size2;
      share6 += part;
      shift += part * metrics.shift[pod];
      theta += part * metrics.theta[pod];
      const depth = LOG_202 + Math.log(share6);
      if (depth >= 0) highest = Math.max(highest, (shift + theta * depth) / share6);
    }
    return highest;
  }
  #isGrowing() {
    if (this.ready >= this.wanted) this.grownAt = Number.NEGATIVE_INFINITY;
    return this.now - this.grownAt < GRACE_SECONDS;
  }
  /** As the live incidents: one opens with the first unhealthy look and closes after 10 s of health. */
  #assess() {
    this.health = this.#healthNow();
    if (this.health !== HEALTHY) this.#healthySince = Number.NaN;
    else if (Number.isNaN(this.#healthySince)) this.#healthySince = this.now;
    const open2 = !Number.isNaN(this.#incidentSince);
    if (!open2 && this.health >= DEGRADED) this.#incidentSince = this.now;
    if (open2 && this.now - this.#healthySince >= HEALTHY_SECONDS) this.#incidentSince = Number.NaN;
    this.unhealthySeconds = Number.isNaN(this.#incidentSince) ? 0 : this.now - this.#incidentSince;
  }
  #healthNow() {
    const violation = this.violation();
    if (this.ready === 0 && !this.growing) return FAILING;
    if (violation >= FAILURE_FACTOR) return FAILING;
    if (violation > 1) return DEGRADED;
    for (let pod = 0; pod < this.count; pod++) if (this.condition[pod] === CRASHING) return DEGRADED;
    if (this.ready < this.wanted) return this.growing ? WARMING : DEGRADED;
    return HEALTHY;
  }
};

// agent/sim/heal/healEnv.ts
var REWARD_TERMS2 = ["violations", "outage", "actions", "replicas", "harmful", "unneeded"];
var VIOLATIONS = 0;
var OUTAGE = 1;
var ACTIONS2 = 2;
var REPLICAS = 3;
var HARMFUL = 4;
var UNNEEDED_ACTIONS = 5;
function createHealEnv(options = {}) {
  return new HealEnv(parseEnvOptions("heal", HealOptions, options));
}
var REWARD_SECONDS = 15;
var HealEnv = class {
  spec;
  observationSpace;
  actionSpace = {
    kind: "discrete",
    labels: ["none", "restart-pod", "scale-up", "scale-down", "drain-pod"]
  };
  observation;
  rewardTerms = REWARD_TERMS2;
  terms = new Float32Array(REWARD_TERMS2.length);
  objective = 0;
  /** The truth, for tests and for the oracle; a policy looks at `view` and `memory` alone. */
  scenario = new HealScenario();
  deployment;
  view;
  memory = new RichMemory();
  /** The pod that the next action is to fall on, in place of the one that stands out; −1 for none. For the oracle. */
  aim = -1;
  /** Magnitudes of the terms. */
  rewardWeights;
  #options;
  #ledger = new HealLedger();
  #reverts = new Reverts();
  /** Whose advice is told. */
  #advisor;
  #ticks;
  #limit;
  #result = { reward: 0, terminated: false, truncated: false };
  #random = new Random(0);
  #steps = 0;
  #violated = 0;
  #failed = 0;
  /** Share of the time. */
  #outage = 0;
  constructor(options) {
    this.#options = options;
    this.rewardWeights = Float32Array.from(REWARD_TERMS2, (term) => options.weights[term]);
    this.spec = options.spec;
    const fields = options.spec === HEAL_9.name ? HEAL_9_FIELDS : HEAL_RICH_FIELDS;
    this.#advisor = new RunbookRules(TUNED_RUNBOOKS[options.detection]);
    this.#ticks = options.detection === "events" ? TICKS_OF_EVENTS : TICKS_OF_AVERAGES;
    this.#limit = options.steps ?? EPISODE_SECONDS / (this.#ticks * TICK_SECONDS);
    this.observationSpace = { kind: "box", fields };
    this.observation = new Float32Array(fields.length);
    this.deployment = new HealDeployment(this.scenario, this.#random);
    this.view = new HealView(this.deployment.pods);
  }
  reset(seed) {
    this.#random = new Random(seed);
    drawScenario2(this.scenario, this.#options, this.#random);
    this.deployment.reset(this.#random);
    this.view.reset(this.scenario);
    this.memory.reset();
    this.#ledger.reset();
    this.#reverts.reset();
    this.#advisor.reset();
    this.#steps = 0;
    this.aim = -1;
    this.terms.fill(0);
    this.objective = 0;
    this.#advance();
    this.#observe();
  }
  step(action) {
    this.terms.fill(0);
    this.#act(discreteAction(this.actionSpace, action));
    this.aim = -1;
    this.#reverts.look(this.view, this.deployment);
    this.#advance();
    this.#observe();
    this.#reward();
    this.#steps++;
    this.#result.truncated = this.#steps >= this.#limit;
    return this.#result;
  }
  info() {
    const { deployment, scenario } = this;
    return {
      ...this.#ledger.info(deployment.now, scenario),
      harmfulUnreverted: this.#reverts.standing(deployment),
      reverts: this.#reverts.count
    };
  }
  #act(action) {
    if (action === DO_NOTHING) return;
    if (!this.memory.canAct(this.view.now)) {
      this.#ledger.suppressed++;
      return;
    }
    const target = this.#targetOf(action);
    const uid = target < 0 ? 0 : this.view.uid[target];
    const { wanted } = this.deployment;
    const verdict = this.#carryOut(action, target);
    if (verdict === null) {
      this.#ledger.refused++;
      return;
    }
    this.memory.acted(action, this.view);
    this.#advisor.acted(action, this.view);
    this.#reverts.acted(action, uid, wanted, verdict === HARMS2, this.view);
    this.#ledger.actions++;
    this.terms[ACTIONS2] = -1;
    if (verdict === HARMS2) {
      this.#ledger.harmful++;
      this.terms[HARMFUL] = -1;
    } else if (verdict === UNNEEDED) {
      this.#ledger.unneeded++;
      this.terms[UNNEEDED_ACTIONS] = -1;
    } else this.#ledger.helped(this.view.now);
  }
  /** The pod that it falls on; −1 for none. */
  #targetOf(action) {
    const { aim, view: view2 } = this;
    if (action !== RESTART_POD && action !== DRAIN_POD) return -1;
    if (aim >= 0) return aim;
    const target = action === RESTART_POD ? view2.pods.suspect : view2.pods.worstServing;
    if (target < 0 || view2.health !== HEALTHY) return target;
    const standsOut = view2.condition[target] !== SERVING || view2.pods.standsOut[target] >= 1;
    return standsOut ? target : -1;
  }
  /** @returns what the action is worth; null where it was not carried out */
  #carryOut(action, target) {
    if (action === RESTART_POD) return this.#restart(target);
    if (action === DRAIN_POD) return this.#drain(target);
    return action === SCALE_UP ? this.#scaleUp() : this.#scaleDown();
  }
  #restart(pod) {
    if (pod < 0 || this.#isLastServing(pod)) return null;
    const verdict = judgeRestart(this.deployment, this.scenario, pod);
    this.deployment.restart(pod);
    return verdict;
  }
  #drain(pod) {
    if (pod < 0 || this.#isLastServing(pod)) return null;
    const verdict = judgeDrain(this.deployment, pod);
    this.deployment.drain(pod);
    return verdict;
  }
  #scaleUp() {
    const { deployment, view: view2 } = this;
    if (deployment.wanted >= MAX_PODS) return null;
    const verdict = judgeScaleUp(deployment);
    deployment.scaleUp(Math.ceil(deployment.wanted / 4));
    view2.grownAt = view2.now;
    return verdict;
  }
  #scaleDown() {
    if (this.deployment.wanted <= this.view.base) return null;
    const verdict = judgeScaleDown(this.deployment, this.scenario);
    this.deployment.scaleDown();
    return verdict;
  }
  #isLastServing(pod) {
    return this.view.condition[pod] === SERVING && this.deployment.pods.routedCount() <= 1;
  }
  #advance() {
    const { deployment, scenario } = this;
    const { pods, traffic } = deployment;
    let requests = 0;
    let violated = 0;
    let failed = 0;
    let outage = 0;
    for (let tick = 0; tick < this.#ticks; tick++) {
      deployment.tick();
      requests += traffic.rate;
      violated += traffic.rate * pods.violatedShare;
      failed += traffic.rate * pods.failedShare;
      if (isOutage(pods)) outage++;
      this.#ledger.tick(deployment, scenario);
    }
    this.#outage = outage / this.#ticks;
    this.#violated = requests > 0 ? violated / requests : 0;
    this.#failed = requests > 0 ? failed / requests : 0;
  }
  #observe() {
    const { deployment, view: view2, memory, scenario } = this;
    view2.look(deployment, scenario, this.#failed, this.#ticks, this.#random);
    memory.look(view2);
    this.#ledger.look(view2.now, view2.health, scenario);
    if (this.spec === HEAL_9.name) {
      writeHeal9(view2, this.observation);
      return;
    }
    view2.advice = this.#advisor.look(view2, memory);
    writeRich(view2, memory, this.observation);
  }
  #reward() {
    const { terms, rewardWeights } = this;
    const intervals = this.#ticks * TICK_SECONDS / REWARD_SECONDS;
    terms[VIOLATIONS] = -this.#violated * intervals;
    terms[OUTAGE] = -this.#outage * intervals;
    terms[REPLICAS] = -Math.max(0, this.deployment.wanted - this.scenario.baseReplicas) * intervals;
    const judged = weightedSum(rewardWeights, terms, 0);
    const told = rewardWeights[HARMFUL] * terms[HARMFUL] + rewardWeights[UNNEEDED_ACTIONS] * terms[UNNEEDED_ACTIONS];
    this.#result.reward = judged;
    this.objective = judged - told;
  }
};

// agent/training/settingIssues.ts
function describeIssues(issues) {
  return issues.flatMap(describe3).join("\n");
}
function describe3(issue2) {
  if (issue2.code === "unrecognized_keys")
    return issue2.keys.map((key) => `unknown key "${[...issue2.path, key].join(".")}"`);
  return [issue2.path.length === 0 ? issue2.message : `${issue2.path.join(".")}: ${issue2.message}`];
}

// agent/training/environments.ts
var NO_OPTIONS = strictObject({});
var ENVIRONMENTS = [
  define("cartpole", "keep a pole upright on a cart: Gymnasium\u2019s CartPole-v1", NO_OPTIONS, createCartPole),
  define(
    "acrobot",
    "swing two links up by the joint between them: Gymnasium\u2019s Acrobot-v1",
    NO_OPTIONS,
    createAcrobot
  ),
  define("heal", "recover a deployment from faults", HealOptions, createHealEnv),
  define("scale", "scale a deployment under a load", ScaleOptions, createScaleEnv),
  define("canary", "release a new version step by step", CanaryOptions, createCanaryEnv)
];
var ENV_NAMES = ENVIRONMENTS.map(({ name }) => name);
function createEnv(spec) {
  return findEnv(spec.name).create(spec.options);
}
function findEnv(name) {
  const found = ENVIRONMENTS.find((definition) => definition.name === name);
  if (found) return found;
  throw new CoxswainError(
    "config-invalid",
    `There is no env ${JSON.stringify(name)}.`,
    `Choose one of ${ENV_NAMES.join(", ")}.`
  );
}
function define(name, describe4, schema, create) {
  const options = Object.fromEntries(
    Object.entries(schema.shape).map(([key, option]) => [
      key,
      globalRegistry.get(option)?.description ?? ""
    ])
  );
  return {
    name,
    describe: describe4,
    options,
    issues: (given) => schema.safeParse(given).error?.issues ?? [],
    create: (given) => {
      const parsed = schema.safeParse(given);
      if (parsed.success) return create(parsed.data);
      throw new CoxswainError(
        "config-invalid",
        `Options of env ${name}: ${describeIssues(parsed.error.issues)}`,
        `Its options: ${Object.keys(options).join(", ") || "none"}.`
      );
    }
  };
}

// agent/rl/algorithms/rolloutState.ts
function joinActorStates(states) {
  const parts = states.map(parse2);
  const envs = {
    values: {
      envs: parts.flatMap(({ envs: envs2 }) => envs2),
      episodes: parts.flatMap(({ episodes }) => episodes)
    },
    arrays: {
      actions: concatenate(parts.map(({ actions }) => actions)),
      observations: concatenate(parts.map(({ observations }) => observations))
    }
  };
  return joinStates({ randoms: parts.flatMap(({ randoms }) => randoms) }, { envs });
}
function splitActorState(state, counts) {
  const whole3 = parse2(state);
  const total = counts.reduce((sum2, count3) => sum2 + count3, 0);
  if (whole3.envs.length !== total) throw invalidState(`it has ${whole3.envs.length} envs, not ${total}`);
  const steps = whole3.envs.reduce((sum2, { length }) => sum2 + length, 0);
  const actionSize2 = steps === 0 ? 0 : whole3.actions.length / steps;
  const fields = whole3.observations.length / total;
  let [first, firstAction] = [0, 0];
  return counts.map((count3, actor) => {
    const last = first + count3;
    const envs = whole3.envs.slice(first, last);
    const lastAction = firstAction + envs.reduce((sum2, { length }) => sum2 + length, 0) * actionSize2;
    const part = {
      // Episodes that nobody has taken yet go to the first, who hands them on like its own.
      values: { envs, episodes: actor === 0 ? whole3.episodes : [] },
      arrays: {
        actions: whole3.actions.slice(firstAction, lastAction),
        observations: whole3.observations.slice(first * fields, last * fields)
      }
    };
    const randoms = whole3.randoms.slice(first, last);
    [first, firstAction] = [last, lastAction];
    return joinStates({ randoms }, { envs: part });
  });
}
var Randoms = object({ randoms: array(json()) });
var Envs = object({
  envs: array(looseObject({ length: number2().int() })),
  episodes: array(json())
});
function parse2(state) {
  const { values, parts } = splitState(state);
  const vector = requirePart(parts, "envs");
  const own2 = Randoms.safeParse(values);
  const envs = Envs.safeParse(vector.values);
  const { actions, observations } = vector.arrays;
  const isWhole = actions instanceof Float32Array && observations instanceof Float32Array;
  if (!own2.success || !envs.success || !isWhole) throw invalidState("it has no envs");
  return { ...own2.data, ...envs.data, actions, observations };
}
function concatenate(arrays) {
  const whole3 = new Float32Array(arrays.reduce((sum2, { length }) => sum2 + length, 0));
  let end = 0;
  for (const array2 of arrays) {
    whole3.set(array2, end);
    end += array2.length;
  }
  return whole3;
}

// agent/training/rolloutMessages.ts
function fromFailure(failure2) {
  switch (failure2.kind) {
    case "numeric":
      return new NumericError(failure2.where, failure2.value);
    case "coxswain":
      return fromErrorInfo(failure2.info);
    case "other": {
      const { name, message: message2, stack } = failure2;
      return Object.assign(new Error(message2), { name, stack });
    }
  }
}

// agent/training/workerLink.ts
var import_node_worker_threads = require("node:worker_threads");
var WorkerDeath = class extends Error {
  constructor(why, options) {
    super(why, options);
    this.name = "WorkerDeath";
  }
};
var WorkerLink = class {
  #worker;
  #death = null;
  #waiting = null;
  /** Answers that came before anybody waited. */
  #early = [];
  constructor({ file, name, task }) {
    this.#worker = new import_node_worker_threads.Worker(file, { name, workerData: task, stdout: true });
    this.#worker.stdout.on("data", (text2) => process.stderr.write(text2));
    this.#worker.on("message", (reply) => this.#hear(reply));
    this.#worker.on("error", (error2) => this.#die(`it ended with an error: ${error2.message}`, error2));
    this.#worker.on("messageerror", (error2) => this.#die("its answer cannot be read", error2));
    this.#worker.on("exit", (code) => this.#die(`it ended with exit code ${code}`));
  }
  send(message2, transfer = []) {
    this.#worker.postMessage(message2, transfer);
  }
  /** The next answer. @throws WorkerDeath */
  async receive() {
    const early = this.#early.shift();
    if (early !== void 0) return early;
    if (this.#death) throw this.#death;
    this.#waiting = Promise.withResolvers();
    return this.#waiting.promise;
  }
  /** Resolves when the thread has ended. */
  async terminate() {
    await this.#worker.terminate();
  }
  #hear(reply) {
    if (this.#waiting) this.#waiting.resolve(reply);
    else this.#early.push(reply);
    this.#waiting = null;
  }
  /** The first reason is the one that is told: every end has an exit code. */
  #die(why, cause) {
    this.#death ??= new WorkerDeath(why, { cause });
    this.#waiting?.reject(this.#death);
    this.#waiting = null;
  }
};

// agent/training/rolloutMember.ts
var MOST_DEATHS = 3;
var RolloutMember = class {
  envs;
  #spec;
  #workerFile;
  #link = null;
  #state = null;
  #spare = null;
  #isClosed = false;
  constructor(spec, envs, workerFile) {
    this.#spec = spec;
    this.envs = envs;
    this.#workerFile = workerFile;
  }
  /** After the last job that was accepted. */
  get state() {
    if (this.#state) return this.#state;
    throw new RangeError("the worker has not begun");
  }
  /** Begins at a state, null: anew. @throws what the creation of an env throws, or its restoring */
  async begin(state) {
    await this.drop();
    this.#state = state;
    await this.#surviving(() => this.#linked());
  }
  /** Does a job; its state and its arrays are those of the member only once they are accepted. */
  collect(request) {
    return this.#surviving(async () => {
      const link = await this.#linked();
      const job = { request, spare: this.#spare };
      this.#spare = null;
      link.send(job, job.spare ? transferList(job.spare) : []);
      const reply = await link.receive();
      if (reply.kind === "collected") return reply;
      throw unexpected(reply);
    });
  }
  accept({ state, rollout }) {
    this.#state = state;
    this.#spare = rollout;
  }
  /** Ends the worker; the next job begins with another at the state that was accepted last. */
  async drop() {
    const link = this.#link;
    this.#link = null;
    await link?.terminate();
  }
  async close() {
    this.#isClosed = true;
    await this.drop();
  }
  /** Does the work again with a new worker where one has died. */
  async #surviving(work) {
    for (let deaths = 1; ; deaths++) {
      try {
        return await work();
      } catch (error2) {
        if (!(error2 instanceof WorkerDeath)) throw error2;
        await this.drop();
        if (this.#isClosed) throw new Error("the pool was closed while it collected", { cause: error2 });
        if (deaths === MOST_DEATHS) throw this.#gaveUp(error2);
      }
    }
  }
  /** A worker that stands at `state`. */
  async #linked() {
    if (this.#link) return this.#link;
    const { first, count: count3 } = this.envs;
    const task = { spec: this.#spec, envs: this.envs, state: this.#state };
    const name = `rollout, envs ${first} to ${first + count3 - 1}`;
    const link = new WorkerLink({ file: this.#workerFile, name, task });
    this.#link = link;
    const reply = await link.receive();
    if (reply.kind !== "ready") throw unexpected(reply);
    this.#state ??= reply.state;
    return link;
  }
  #gaveUp(death) {
    const { first, count: count3 } = this.envs;
    return new CoxswainError(
      "training-failed",
      `A worker thread died ${MOST_DEATHS} times at the same steps of envs ${first} to ${first + count3 - 1}: ${death.message}`,
      "Give it more memory or fewer envs; with workers: 0 the training runs on one thread and shows where it ends.",
      { cause: death }
    );
  }
};
function unexpected(reply) {
  return reply.kind === "failed" ? fromFailure(reply.failure) : new Error(`a worker answered ${reply.kind}`);
}

// agent/training/rolloutPool.ts
async function createRolloutPool(spec, { workers, workerFile }) {
  if (!Number.isInteger(workers) || workers < 1) throw new RangeError(`a pool of ${workers} workers`);
  const ranges = rangesOf2(spec.envs, Math.min(workers, spec.envs));
  const pool = new RolloutPool(ranges.map((range2) => new RolloutMember(spec, range2, workerFile)));
  await pool.begin();
  return pool;
}
var RolloutPool = class {
  envs;
  #members;
  #rollout = null;
  constructor(members2) {
    this.envs = members2.reduce((sum2, { envs }) => sum2 + envs.count, 0);
    this.#members = members2;
  }
  async begin() {
    await this.#together((member) => member.begin(null));
  }
  async collect(request) {
    const collected = await this.#together((member) => member.collect(request));
    for (const [index, job] of collected.entries()) this.#members[index]?.accept(job);
    const parts = collected.map(({ rollout }) => rollout);
    this.#rollout = joinRollouts(parts, this.#rollout);
    return this.#rollout;
  }
  async save() {
    return joinActorStates(this.#members.map(({ state }) => state));
  }
  async restore(state) {
    const counts = this.#members.map(({ envs }) => envs.count);
    const states = splitActorState(state, counts);
    await this.#together((member, index) => member.begin(states[index] ?? null));
  }
  async close() {
    await Promise.all(this.#members.map((member) => member.close()));
  }
  /** Waits for all, also where one fails, so that none is at work afterwards. */
  async #together(work) {
    const settled = await Promise.allSettled(this.#members.map(work));
    const failed = settled.find((result) => result.status === "rejected");
    if (!failed) return settled.flatMap((result) => result.status === "fulfilled" ? [result.value] : []);
    await Promise.all(this.#members.map((member) => member.drop()));
    throw failed.reason;
  }
};
function rangesOf2(envs, workers) {
  const begin = (worker) => Math.floor(envs * worker / workers);
  return Array.from({ length: workers }, (_, worker) => ({
    first: begin(worker),
    count: begin(worker + 1) - begin(worker)
  }));
}

// agent/training/tfjsNode.ts
var import_node_util = __toESM(require("node:util"), 1);

// agent/rl/engine/tfjsEngine.ts
function tfjsEngine(tf) {
  return {
    name: "tfjs-node",
    createNetwork: (spec, { maxRows, random }) => new TfjsNetwork(tf, spec, maxRows, random)
  };
}
var TfjsNetwork = class _TfjsNetwork {
  spec;
  maxRows;
  input;
  outputs;
  outputGradients;
  parameterCount;
  #tf;
  #layers;
  #ends;
  /** In the flat order, weights and biases by turns; the others likewise. */
  #parameters;
  #gradients;
  #firstMoments;
  #secondMoments;
  #steps = 0;
  #inputTensor = null;
  #rows = 0;
  constructor(tf, spec, maxRows, random) {
    checkMaxRows(maxRows);
    const { trunk, towers, parameterCount } = flatLayers(spec);
    const layers = [];
    const chain = (flats, begin) => flats.reduce((from, flat) => {
      const layer = { flat, from, outputs: null, mask: null, read: null };
      layers.push(layer);
      return layer;
    }, begin);
    const trunkEnd = chain(trunk, null);
    this.#ends = towers.map((tower) => chain(tower, trunkEnd)).filter((end) => end !== null);
    this.#layers = layers;
    this.#tf = tf;
    this.spec = spec;
    this.maxRows = maxRows;
    this.parameterCount = parameterCount;
    this.input = matrix(maxRows, spec.inputs);
    this.outputs = this.#ends.map(({ flat }) => matrix(maxRows, flat.spec.units));
    this.outputGradients = this.#ends.map(({ flat }) => matrix(maxRows, flat.spec.units));
    const zeros = new Float32Array(parameterCount);
    this.#parameters = this.#tensors(random ? initialParameters(spec, random) : zeros);
    this.#gradients = this.#tensors(zeros);
    this.#firstMoments = this.#tensors(zeros);
    this.#secondMoments = this.#tensors(zeros);
  }
  forward(rows) {
    this.#forward(rows, null);
  }
  forwardTraining(rows, random) {
    this.#forward(rows, random);
  }
  backward(rows) {
    if (rows !== this.#rows) throw new RangeError(`backward of ${rows} rows after forward of ${this.#rows}`);
    const tf = this.#tf;
    this.#gradients = this.#replace(this.#gradients, () => {
      const outputGradients = /* @__PURE__ */ new Map();
      const add2 = (layer, gradient) => {
        const before = outputGradients.get(layer);
        outputGradients.set(layer, before ? tf.add(before, gradient) : gradient);
      };
      for (const [index, end] of this.#ends.entries()) {
        const gradient = this.outputGradients[index];
        if (gradient) add2(end, this.#rowsOf(gradient, rows));
      }
      return this.#layers.map((layer, index) => ({ layer, weights: this.#parameters[2 * index] })).toReversed().map(({ layer, weights }) => {
        const x = layer.from ? layer.from.read : this.#inputTensor;
        const outputGradient = outputGradients.get(layer);
        if (!x || !weights || !outputGradient) throw new RangeError("backward before forward");
        const gradient = this.#derive(layer, outputGradient);
        if (layer.from) add2(layer.from, tf.matMul(gradient, weights, false, true));
        return [tf.matMul(x, gradient, true, false), tf.sum(gradient, 0)];
      }).toReversed().flat();
    });
  }
  step(options) {
    const frozen = options.frozenLayers ?? /* @__PURE__ */ new Set();
    checkFrozenLayers(this.spec, frozen);
    const isLearning2 = (index) => !frozen.has(this.#layers[index >> 1]?.flat.spec.name ?? "");
    const learning = this.#gradients.filter((_, index) => isLearning2(index));
    const norm = Math.sqrt(learning.reduce((sum2, gradient) => sum2 + this.#sumOfSquares(gradient), 0));
    const step = adamStep(options, this.#steps + 1, norm);
    this.#steps += 1;
    for (const index of this.#parameters.keys()) if (isLearning2(index)) this.#adam(index, step);
    return norm;
  }
  readParameters() {
    return this.#flat(this.#parameters);
  }
  writeParameters(values) {
    this.#parameters = this.#replace(this.#parameters, () => this.#tensors(values));
  }
  blendParameters(other, tau) {
    if (!(other instanceof _TfjsNetwork)) throw new RangeError(`a network of another engine`);
    checkSameSpec(other.spec, this.spec);
    const tf = this.#tf;
    const theirs = other.#parameters;
    this.#parameters = this.#replace(
      this.#parameters,
      () => this.#parameters.map(
        (mine, index) => tf.add(tf.mul(theirs[index] ?? mine, tau), tf.mul(mine, 1 - tau))
      )
    );
  }
  readGradients() {
    return this.#flat(this.#gradients);
  }
  readOptimiser() {
    return {
      step: this.#steps,
      firstMoment: this.#flat(this.#firstMoments),
      secondMoment: this.#flat(this.#secondMoments)
    };
  }
  writeOptimiser({ step, firstMoment, secondMoment }) {
    this.#firstMoments = this.#replace(this.#firstMoments, () => this.#tensors(firstMoment));
    this.#secondMoments = this.#replace(this.#secondMoments, () => this.#tensors(secondMoment));
    this.#steps = step;
  }
  dispose() {
    this.#forget();
    this.#tf.dispose([this.#parameters, this.#gradients, this.#firstMoments, this.#secondMoments].flat());
  }
  #forward(rows, random) {
    checkRows(rows, this.maxRows);
    checkFinite2(this.input, rows);
    const tf = this.#tf;
    this.#forget();
    this.#rows = rows;
    this.#inputTensor = this.#rowsOf(this.input, rows);
    for (const [index, layer] of this.#layers.entries()) {
      const x = layer.from ? layer.from.read : this.#inputTensor;
      const weights = this.#parameters[2 * index];
      const bias = this.#parameters[2 * index + 1];
      if (!x || !weights || !bias) throw new RangeError("a layer before the one it reads");
      const outputs = tf.tidy(
        () => activate2(tf, tf.add(tf.matMul(x, weights), bias), layer.flat.spec.activation)
      );
      const mask = random && this.#drawMask(layer, rows, random);
      Object.assign(layer, { outputs, mask, read: mask ? tf.mul(outputs, mask) : outputs });
    }
    for (const [index, end] of this.#ends.entries()) {
      this.outputs[index]?.values.set(end.outputs?.dataSync() ?? []);
    }
  }
  #drawMask({ flat }, rows, random) {
    const { units, dropout } = flat.spec;
    if (dropout === 0) return null;
    const mask = matrix(rows, units);
    drawDropout(mask, rows, dropout, random);
    return this.#rowsOf(mask, rows);
  }
  /** From dLoss/d(what is read of a layer) to dLoss/d(its sums). */
  #derive({ outputs, mask, flat }, gradient) {
    const tf = this.#tf;
    const kept = mask ? tf.mul(gradient, mask) : gradient;
    const { activation } = flat.spec;
    if (!outputs || activation === "linear") return kept;
    if (activation === "relu") return tf.mul(kept, tf.cast(tf.greater(outputs, 0), "float32"));
    return tf.mul(kept, tf.sub(1, tf.square(outputs)));
  }
  #adam(index, { rate, secondScale, epsilon, gradientScale }) {
    const tf = this.#tf;
    const [parameter, scaledGradient, first, second] = [
      this.#parameters,
      this.#gradients,
      this.#firstMoments,
      this.#secondMoments
    ].map((tensors) => tensors[index]);
    if (!parameter || !scaledGradient || !first || !second) throw new RangeError(`no parameters ${index}`);
    const updated = tf.tidy(() => {
      const gradient = tf.mul(scaledGradient, gradientScale);
      const m = tf.add(tf.mul(first, BETA1), tf.mul(gradient, 1 - BETA1));
      const v = tf.add(tf.mul(second, BETA2), tf.mul(tf.square(gradient), 1 - BETA2));
      const change = tf.div(tf.mul(m, rate), tf.add(tf.mul(tf.sqrt(v), secondScale), epsilon));
      return { parameter: tf.sub(parameter, change), m, v };
    });
    tf.dispose([parameter, first, second]);
    this.#parameters[index] = updated.parameter;
    this.#firstMoments[index] = updated.m;
    this.#secondMoments[index] = updated.v;
  }
  #sumOfSquares(tensor) {
    const tf = this.#tf;
    const sum2 = tf.tidy(() => tf.sum(tf.square(tensor)));
    const [value = Number.NaN] = sum2.dataSync();
    sum2.dispose();
    return value;
  }
  #rowsOf({ values, columns }, rows) {
    return this.#tf.tensor(values.slice(0, rows * columns), [rows, columns]);
  }
  /** Weights and biases by turns. */
  #tensors(flat) {
    checkParameterCount(flat, this.parameterCount);
    return this.#layers.flatMap(({ flat: { inputs, offset, spec } }) => {
      const biases = offset + inputs * spec.units;
      return [
        this.#tf.tensor(flat.slice(offset, biases), [inputs, spec.units]),
        this.#tf.tensor(flat.slice(biases, biases + spec.units), [spec.units])
      ];
    });
  }
  #flat(tensors) {
    const flat = new Float32Array(this.parameterCount);
    let offset = 0;
    for (const tensor of tensors) {
      flat.set(tensor.dataSync(), offset);
      offset += tensor.size;
    }
    return flat;
  }
  /** The new ones, after the old ones and what was needed in between are freed. */
  #replace(old, make) {
    const fresh = this.#tf.tidy(make);
    this.#tf.dispose([...old]);
    return fresh;
  }
  /** Frees what the last pass has left. */
  #forget() {
    const left = this.#layers.flatMap(({ outputs, mask, read }) => [outputs, mask, read]);
    this.#tf.dispose([this.#inputTensor, ...left].filter((tensor) => tensor !== null));
    this.#inputTensor = null;
    for (const layer of this.#layers) Object.assign(layer, { outputs: null, mask: null, read: null });
  }
};
function activate2(tf, sums, activation) {
  if (activation === "relu") return tf.relu(sums);
  if (activation === "tanh") return tf.tanh(sums);
  return sums;
}
function matrix(rows, columns) {
  return { values: new Float32Array(rows * columns), stride: columns, columns };
}

// agent/training/tfjsNode.ts
var PEER = "@tensorflow/tfjs-node";
var REMEDY = `Install it with \`npm install ${PEER}\` beside Coxswain and under the same Node, or choose the engine wasm, which needs nothing.`;
async function loadTfjsNode(load = (name) => import(name)) {
  restoreIsNullOrUndefined();
  const tf = await loadPeer(load);
  probe(tf);
  return tfjsEngine(tf);
}
function restoreIsNullOrUndefined() {
  if ("isNullOrUndefined" in import_node_util.default) return;
  Object.assign(import_node_util.default, { isNullOrUndefined: (value) => value === null || value === void 0 });
}
async function loadPeer(load) {
  try {
    const loaded = await load(PEER);
    return loaded.default ?? loaded;
  } catch (cause) {
    const message2 = isAbsent(cause) ? `The engine tfjs-node needs the package ${PEER}, which is not installed.` : `The package ${PEER} does not load: ${reason(cause)}`;
    throw new CoxswainError("engine-unavailable", message2, REMEDY, { cause });
  }
}
function probe(tf) {
  try {
    const product = tf.tidy(() => tf.matMul(tf.tensor([2, 3], [1, 2]), tf.tensor([5, 7], [2, 1])));
    const [value] = product.dataSync();
    product.dispose();
    if (value !== 31) throw new Error(`2\xB75 + 3\xB77 is ${value}`);
  } catch (cause) {
    const message2 = `The package ${PEER} loads, but does not compute: ${reason(cause)}`;
    throw new CoxswainError("engine-unavailable", message2, REMEDY, { cause });
  }
}
function isAbsent(error2) {
  const code = error2 instanceof Error && "code" in error2 ? error2.code : void 0;
  return (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND") && reason(error2).includes(PEER);
}
function reason(error2) {
  return error2 instanceof Error ? error2.message : String(error2);
}

// agent/training/learners.ts
var SCHEMAS = { ppo: PpoHyperparameters, dqn: DqnHyperparameters, hybrid: HybridHyperparameters };
function completeHyperparameters(algorithm, given) {
  const parsed = SCHEMAS[algorithm].safeParse(given);
  if (parsed.success) return parsed.data;
  throw new CoxswainError(
    "config-invalid",
    `Hyper-parameters of ${algorithm}: ${describeIssues(parsed.error.issues)}`,
    `docs/learning.md lists those of ${algorithm} with their ranges.`
  );
}
async function createLearner(settings, resources) {
  const { seed, totalSteps, fineTune } = settings;
  const common = {
    engine: await openEngine(settings.engine),
    totalSteps,
    seed,
    initialPolicy: fineTune?.policy ?? null,
    freeze: fineTune?.freeze ?? []
  };
  switch (settings.algorithm) {
    case "ppo": {
      const hyperparameters = PpoHyperparameters.parse(settings.hyperparameters);
      const env = createEnv(settings.env);
      const collector = await openCollector(settings, env, hyperparameters, resources);
      return createPpoLearner({ ...common, collector, env, hyperparameters });
    }
    case "dqn": {
      const hyperparameters = DqnHyperparameters.parse(settings.hyperparameters);
      const envs = createVectorEnv(() => createEnv(settings.env), { count: hyperparameters.nEnvs, seed });
      return createDqnLearner({ ...common, envs, hyperparameters });
    }
    case "hybrid": {
      const hyperparameters = HybridHyperparameters.parse(settings.hyperparameters);
      return createHybridLearner({ ...common, createEnv: () => createEnv(settings.env), hyperparameters });
    }
  }
}
async function openCollector({ env: spec, engine, seed }, env, hyperparameters, { workers, workerFile }) {
  const collectorEngine = engine === "js" ? "js" : "wasm";
  const collectorSpec = ppoCollectorSpec(spec, env, { engine: collectorEngine, seed, hyperparameters });
  return workers > 0 ? createRolloutPool(collectorSpec, { workers, workerFile }) : createCollector(collectorSpec, createEnv);
}
async function openEngine(name) {
  return name === "tfjs-node" ? loadTfjsNode() : createEngine(name);
}

// agent/training/logs/openLogs.ts
var import_node_path6 = require("node:path");
var import_node_url = require("node:url");

// agent/training/logs/jsonLinesLog.ts
var import_node_fs4 = require("node:fs");

// agent/training/logs/appendFile.ts
var import_node_fs3 = require("node:fs");
var import_node_path2 = require("node:path");
var AppendFile = class {
  path;
  #file;
  #isClosed = false;
  constructor(path) {
    this.path = path;
    this.#file = withDiskErrors(path, () => {
      (0, import_node_fs3.mkdirSync)((0, import_node_path2.dirname)(path), { recursive: true, mode: 448 });
      return (0, import_node_fs3.openSync)(path, "a", 384);
    });
  }
  /** @throws CoxswainError `disk-full` */
  append(bytes) {
    withDiskErrors(this.path, () => {
      for (let written = 0; written < bytes.length; ) written += (0, import_node_fs3.writeSync)(this.#file, bytes, written);
    });
  }
  close() {
    if (this.#isClosed) return;
    this.#isClosed = true;
    (0, import_node_fs3.closeSync)(this.#file);
  }
};

// agent/training/logs/jsonLinesLog.ts
function openJsonLinesLog(path, resumeAt) {
  if (resumeAt !== null) dropAfter(path, resumeAt);
  const file = new AppendFile(path);
  return {
    write: ({ steps, seconds, metrics }) => {
      const finite = Object.entries(metrics).filter(([, value]) => Number.isFinite(value));
      file.append(Buffer.from(lineOf({ steps, seconds, metrics: Object.fromEntries(finite) })));
    },
    close: async () => file.close()
  };
}
function readJsonLines(path) {
  if (!(0, import_node_fs4.existsSync)(path)) return [];
  return (0, import_node_fs4.readFileSync)(path, "utf8").split("\n").flatMap((line) => {
    const point = parsePoint(line);
    return point ? [point] : [];
  });
}
function dropAfter(path, steps) {
  if (!(0, import_node_fs4.existsSync)(path)) return;
  const kept = readJsonLines(path).filter((point) => point.steps <= steps);
  writeAtomically(path, [Buffer.from(kept.map(lineOf).join(""))]);
}
function lineOf(point) {
  return `${JSON.stringify(point)}
`;
}
function parsePoint(line) {
  try {
    return TrainingPoint.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

// agent/training/logs/metricsLog.ts
function combineLogs(logs) {
  return {
    write: (point) => {
      for (const log of logs) log.write(point);
    },
    close: async () => {
      await Promise.all(logs.map((log) => log.close()));
    }
  };
}

// agent/training/logs/tensorBoardLog.ts
var import_node_os = require("node:os");
var import_node_path3 = require("node:path");
var FILE_VERSION = "brain.Event:2";
function openTensorBoardLog(directory, nowMs) {
  const startSeconds = Math.floor(nowMs() / 1e3);
  const name = `events.out.tfevents.${startSeconds}.${(0, import_node_os.hostname)()}.${process.pid}.0`;
  const file = new AppendFile((0, import_node_path3.join)(directory, name));
  const append = (event) => file.append(record2(encodeEvent(event)));
  append({ wallSeconds: startSeconds, what: { kind: "version", version: FILE_VERSION } });
  return {
    write: ({ steps, metrics }) => append({
      wallSeconds: nowMs() / 1e3,
      what: { kind: "scalars", steps, scalars: Object.entries(metrics) }
    }),
    close: async () => file.close()
  };
}
function encodeEvent({ wallSeconds, what }) {
  const writer = new PbfWriter();
  writer.writeDoubleField(1, wallSeconds);
  if (what.kind === "version") {
    writer.writeStringField(3, what.version);
  } else {
    writer.writeVarintField(2, what.steps);
    writer.writeMessage(5, writeSummary, what.scalars);
  }
  return writer.finish();
}
function writeSummary(scalars, writer) {
  for (const scalar of scalars) writer.writeMessage(1, writeValue2, scalar);
}
function writeValue2([tag, value], writer) {
  writer.writeStringField(1, tag);
  writer.writeFloatField(2, value);
}
function record2(data) {
  const frame = Buffer.alloc(data.length + 16);
  frame.writeBigUInt64LE(BigInt(data.length), 0);
  frame.writeUInt32LE(maskedCrc(frame.subarray(0, 8)), 8);
  frame.set(data, 12);
  frame.writeUInt32LE(maskedCrc(data), data.length + 12);
  return frame;
}
function maskedCrc(bytes) {
  const crc = crc32c(bytes);
  return (crc >>> 15 | crc << 17) + 2726488792 >>> 0;
}

// agent/training/logs/wandbLog.ts
var import_node_module = require("node:module");
var import_node_path5 = require("node:path");

// agent/training/logs/wandbLocalRun.ts
var import_node_crypto2 = require("node:crypto");
var import_node_path4 = require("node:path");
var import_yaml = __toESM(require_dist(), 1);
function openLocalWandbRun({
  directory,
  name,
  project,
  config: config2,
  nowMs
}) {
  const path = (0, import_node_path4.join)(directory, `offline-run-${timestamp(nowMs())}-${(0, import_node_crypto2.randomBytes)(4).toString("hex")}`);
  const fileOf = (file) => (0, import_node_path4.join)(path, "files", file);
  const all = { ...config2, _wandb: { project, name } };
  const valued = Object.fromEntries(Object.entries(all).map(([key, value]) => [key, { value }]));
  writeAtomically(fileOf("config.yaml"), [Buffer.from((0, import_yaml.stringify)(valued))]);
  const history2 = new AppendFile(fileOf("wandb-history.jsonl"));
  let summary = {};
  return {
    path,
    write: ({ steps, seconds, metrics }) => {
      const row = { ...metrics, _step: steps, _timestamp: nowMs() / 1e3, _runtime: seconds };
      history2.append(Buffer.from(`${JSON.stringify(row)}
`));
      summary = { ...summary, ...row };
    },
    close: async () => {
      history2.close();
      writeAtomically(fileOf("wandb-summary.json"), [Buffer.from(`${JSON.stringify(summary, null, 2)}
`)]);
    }
  };
}
function timestamp(ms) {
  return new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "_");
}

// agent/training/logs/wandbUpload.ts
var import_promises = require("node:timers/promises");
var import_node_worker_threads2 = require("node:worker_threads");
var FINISH_TIMEOUT_MS = 15e3;
var WORKER_SOURCE = `
const { parentPort, workerData } = require('node:worker_threads');
const sdk = require(workerData.sdk);
(async () => {
  const run = await (sdk.default ?? sdk).init(workerData.init);
  parentPort.postMessage(run.url());
  parentPort.on('message', async (message) => {
    if (message.kind === 'log') run.log(message.data, message.step);
    else {
      await run.finish();
      process.exit(0);
    }
  });
})();
`;
function openWandbUpload(sdk, { project, name, config: config2, directory, note, env }, finishTimeoutMs = FINISH_TIMEOUT_MS) {
  const init = { project, name, config: config2, dir: directory, settings: { silent: true } };
  const worker = new import_node_worker_threads2.Worker(WORKER_SOURCE, {
    eval: true,
    workerData: { sdk, init },
    env: { ...env },
    stdout: true,
    stderr: true
  });
  worker.stdout.resume();
  worker.stderr.resume();
  worker.unref();
  const exited = new Promise((resolve2) => worker.once("exit", () => resolve2()));
  worker.once("message", (url) => note(`Weights & Biases: the run is at ${url}.`));
  worker.once("error", (error2) => {
    note(
      `Weights & Biases: ${messageOf(error2)}. The training goes on without it; metrics.jsonl has all points.`
    );
  });
  return {
    // To a thread that has ended nothing is sent, and nothing thrown.
    write: ({ steps, metrics }) => worker.postMessage({ kind: "log", data: metrics, step: steps }),
    close: async () => {
      worker.postMessage({ kind: "finish" });
      const timeout = new AbortController();
      const late = (0, import_promises.setTimeout)(finishTimeoutMs, "late", { signal: timeout.signal }).catch(() => null);
      if (await Promise.race([exited, late]) === "late") {
        note(`Weights & Biases: the server did not take the last points in ${finishTimeoutMs / 1e3} s.`);
      }
      timeout.abort();
      await worker.terminate();
    }
  };
}
function messageOf(error2) {
  return error2 instanceof Error ? error2.message : String(error2);
}

// agent/training/logs/wandbLog.ts
function openWandbLog(options) {
  const { env, note, searchFolders } = options;
  try {
    const sdk = env.WANDB_API_KEY ? findSdk(searchFolders) : null;
    if (sdk) return openWandbUpload(sdk, options);
    const why = env.WANDB_API_KEY ? "@wandb/sdk is not installed" : "WANDB_API_KEY is not set";
    const run = openLocalWandbRun(options);
    note(`Weights & Biases: ${why}; the run is in ${run.path}.`);
    return unstoppable(run, note);
  } catch (error2) {
    note(`Weights & Biases: ${toErrorInfo(error2).message} Nothing is logged there.`);
    return { write: () => {
    }, close: async () => {
    } };
  }
}
function findSdk(folders) {
  for (const folder of folders) {
    try {
      return (0, import_node_module.createRequire)((0, import_node_path5.join)(folder, "package.json")).resolve("@wandb/sdk");
    } catch {
    }
  }
  return null;
}
function unstoppable(log, note) {
  let hasFailed = false;
  const fail = (error2) => {
    if (!hasFailed) note(`Weights & Biases: ${toErrorInfo(error2).message} No more is logged there.`);
    hasFailed = true;
  };
  return {
    write: (point) => {
      if (hasFailed) return;
      try {
        log.write(point);
      } catch (error2) {
        fail(error2);
      }
    },
    close: () => log.close().catch(fail)
  };
}

// agent/training/logs/openLogs.ts
function openLogs(folder, { logs: { tensorboard, wandb } }, training, options) {
  const { files } = folder;
  const logs = [openJsonLinesLog(files.metrics, options.resumeAt)];
  if (tensorboard) logs.push(openTensorBoardLog(files.tensorboard, options.nowMs));
  if (wandb) logs.push(openWandbRun(folder, training, options));
  return combineLogs(logs);
}
function openWandbRun({ path, files }, { task, algorithm, env, engine, seed, totalSteps, hyperparameters }, { nowMs, note }) {
  return openWandbLog({
    directory: files.wandb,
    project: "coxswain",
    name: (0, import_node_path6.basename)((0, import_node_path6.resolve)(path)),
    config: { task, algorithm, env, engine, seed, totalSteps, hyperparameters },
    nowMs,
    env: process.env,
    // The folder of whoever trains first, then where Coxswain itself is.
    searchFolders: [process.cwd(), (0, import_node_path6.dirname)((0, import_node_url.fileURLToPath)(importMetaUrl))],
    note
  });
}

// agent/training/policyFile.ts
var import_node_fs5 = require("node:fs");
var MOST_BYTES = 5e8;
function writePolicyFile(path, policy) {
  writeAtomically(path, [encodePolicy(policy)]);
}
function readPolicyFile(path) {
  return decodePolicy(readBytes2(path), path);
}
function readBytes2(path) {
  try {
    const stats = (0, import_node_fs5.statSync)(path);
    if (stats.isFile() && stats.size <= MOST_BYTES) return (0, import_node_fs5.readFileSync)(path);
  } catch (error2) {
    throw unreadableError(path, error2);
  }
  throw new CoxswainError(
    "model-invalid",
    `${path} is no file of a policy: it is larger than any, or no file at all.`,
    "Name an ONNX file of a policy, as training or `coxswain model export` writes it."
  );
}
function unreadableError(path, error2) {
  const message2 = error2 instanceof Error ? error2.message : String(error2);
  const isAbsent2 = fileErrorCode(error2) === "ENOENT";
  return new CoxswainError(
    isAbsent2 ? "not-found" : "model-invalid",
    isAbsent2 ? `There is no policy at ${path}.` : `The policy at ${path} cannot be read: ${message2}.`,
    "Check the path; `coxswain model list` names the policies that are stored.",
    { cause: error2 }
  );
}

// agent/sim/canary/baselines/rules.ts
var alwaysHold = () => ({
  name: "hold",
  reset: () => void 0,
  decide: () => HOLD
});
var fixedSteps = (decisions) => ({
  name: `fixed steps of ${decisions}`,
  reset: () => void 0,
  decide: (env) => env.stepsAtWeight >= decisions ? UP : HOLD
});
var FLAGGER_DEFAULT = {
  mostErrors: 0.01,
  mostP95Ratio: 1.5,
  failures: 5,
  interval: 2
};
function flagger(name = "flagger", settings = FLAGGER_DEFAULT) {
  let failures = 0;
  let decisions = 0;
  return {
    name,
    reset() {
      failures = decisions = 0;
    },
    decide({ interval }) {
      if (failures >= settings.failures) return DOWN;
      decisions++;
      if (decisions % settings.interval > 0 || interval.canaryRequests === 0) return HOLD;
      const errors = interval.canaryErrors / interval.canaryRequests;
      const failed = errors > settings.mostErrors || interval.canaryP95 > settings.mostP95Ratio;
      if (!failed) return UP;
      failures++;
      return failures >= settings.failures ? DOWN : HOLD;
    }
  };
}
var TUNED_EVIDENCE = {
  rollBack: 0.5,
  hold: 0.1,
  safe: -1,
  decisions: 7,
  requests: 50,
  restarts: 1,
  memoryTrend: 2e-3
};
var evidenceRule = (name = "evidence", settings = TUNED_EVIDENCE) => ({
  name,
  reset: () => void 0,
  decide: (env) => decideByEvidence(env, settings)
});
function decideByEvidence(env, settings) {
  const { record: record3, weight: weight3 } = env;
  const harm = Math.max(record3.errors.harm, record3.latency.harm);
  if (harm >= settings.rollBack || record3.recentRestarts >= settings.restarts) return DOWN;
  if (record3.memoryTrend > settings.memoryTrend) return HOLD;
  if (harm >= settings.hold) return HOLD;
  if (env.stepsAtWeight < settings.decisions || record3.requestsAtWeight < settings.requests) return HOLD;
  const promotes = weight3 + env.weightStep >= 1;
  return promotes && record3.latency.safety < settings.safe ? HOLD : UP;
}

// agent/sim/heal/baselines/runbook.ts
var tunedRunbook = (detection) => runbook("runbook-tuned", (own2) => TUNED_RUNBOOKS[detection ?? own2]);
function runbook(name, settings) {
  const rules = {
    events: new RunbookRules(settings("events")),
    averages: new RunbookRules(settings("averages"))
  };
  return {
    name,
    reset: () => {
      rules.events.reset();
      rules.averages.reset();
    },
    decide: ({ view: view2, memory, scenario }) => {
      const own2 = rules[scenario.detection];
      const action = own2.look(view2, memory);
      if (action !== 0) own2.acted(action, view2);
      return action;
    }
  };
}

// agent/sim/heal/baselines/simple.ts
var doNothing = () => ({
  name: "do-nothing",
  reset: () => void 0,
  decide: () => DO_NOTHING
});
var alwaysRestart = () => ({
  name: "always-restart",
  reset: () => void 0,
  decide: ({ view: view2 }) => view2.health >= DEGRADED ? RESTART_POD : DO_NOTHING
});

// agent/sim/scale/baselines/simple.ts
function doNothing2() {
  return { name: "do-nothing", reset() {
  }, decide: ({ model }) => model.pods.count };
}

// agent/rl/env/randomAction.ts
function randomAction(space, random) {
  if (space.kind === "discrete") return random.below(space.labels.length);
  return Float32Array.from(space.fields, (field2) => randomNumber(field2, random));
}
function randomNumber({ min, max }, random) {
  if (Number.isFinite(min) && Number.isFinite(max)) return min + (max - min) * random.uniform();
  return Math.min(Math.max(random.gaussian(), min), max);
}

// agent/rl/policy/chooseWithMargin.ts
var IDLE = 0;
function chooseWithMargin(probabilities, idleMargin) {
  let best = IDLE + 1;
  for (let action = best + 1; action < probabilities.length; action++)
    if (probabilities[action] > probabilities[best]) best = action;
  const ratio2 = probabilities[best] / probabilities[IDLE];
  return ratio2 > 1 && Math.log(ratio2) >= idleMargin ? best : IDLE;
}

// agent/sim/scale/scalingChoice.ts
function chooseScaling(probabilities, podChanges, idleMargin) {
  let up = 0;
  let down = 0;
  for (let action2 = 0; action2 < podChanges.length; action2++) {
    if (podChanges[action2] > 0) up += probabilities[action2];
    else if (podChanges[action2] < 0) down += probabilities[action2];
  }
  const hold2 = podChanges.indexOf(0);
  const holding = probabilities[hold2];
  const moving = Math.max(up, down);
  if (!(moving > holding * Math.exp(idleMargin))) return { action: hold2, change: 0, confidence: holding };
  const action = likeliest(probabilities, podChanges, up >= down ? 1 : -1);
  return { action, change: podChanges[action], confidence: moving };
}
function likeliest(probabilities, podChanges, direction) {
  let best = -1;
  for (let action = 0; action < podChanges.length; action++) {
    if (podChanges[action] * direction <= 0) continue;
    if (best < 0 || probabilities[action] > probabilities[best]) best = action;
  }
  return best;
}

// agent/evaluate/arm.ts
function policyArm(name, actor) {
  const { calibration } = actor.model;
  return {
    name,
    begin: (env) => {
      const podChanges = podChangesOf(env);
      return () => {
        const { action, probabilities } = actor.decide(env.observation);
        if (!calibration) return env.step(action);
        const { idleMargin } = calibration;
        return env.step(
          podChanges ? chooseScaling(probabilities, podChanges, idleMargin).action : chooseWithMargin(probabilities, idleMargin)
        );
      };
    }
  };
}
function podChangesOf(env) {
  return env.podChanges ?? null;
}
function randomArm() {
  return {
    name: "random",
    begin: (env, random) => () => env.step(randomAction(env.actionSpace, random))
  };
}

// agent/evaluate/taskArms.ts
var SCALE_ARMS = [
  ...[tunedPredictive(), tunedQuantile(), tunedHpa(), defaultHpa(), doNothing2()].map(
    (rule) => ruleArm(rule, (env, pods) => env.scaleTo(pods))
  ),
  randomArm()
];
var HEAL_ARMS = [
  ...[tunedRunbook(), alwaysRestart(), doNothing()].map(
    (rule) => ruleArm(rule, (env, action) => env.step(action))
  ),
  randomArm()
];
var CANARY_ARMS = [
  ...[evidenceRule(), flagger(), fixedSteps(4), alwaysHold()].map(
    (rule) => ruleArm(rule, (env, action) => env.step(action))
  ),
  randomArm()
];
function ruleArm(rule, act) {
  return {
    name: rule.name,
    begin: (env, random) => {
      rule.reset(random.below(2 ** 32));
      return () => act(env, rule.decide(env));
    }
  };
}

// agent/training/taskPresets.ts
var VECTORISED_DQN = {
  netArch: [64, 64],
  dropout: [],
  learningRate: { start: 5e-4, end: 25e-6 },
  learningStarts: 1e4,
  batchSize: 128,
  gamma: 0.96,
  nStep: 3,
  nEnvs: 32,
  trainFreq: 1,
  gradientSteps: 4,
  targetUpdateInterval: 4e3,
  explorationFraction: 0.3,
  explorationFinalEps: 0.03
};
var VECTORISED_HYBRID = { dqn: VECTORISED_DQN, segmentSteps: 5e3 };
var SCALE_DQN = {
  ...VECTORISED_DQN,
  netArch: [128, 64],
  nStep: 4,
  rewardScale: 0.15,
  bufferSize: 5e5,
  batchSize: 512,
  gradientSteps: 2,
  learningRate: { start: 1e-3, end: 2e-5 },
  explorationFinalEps: 0.02
};
var SCALE_EPISODES = { episodeSteps: 600 };
var HEAL_DQN = {
  ...VECTORISED_DQN,
  netArch: [128, 64],
  gamma: 0.96,
  nStep: 4,
  rewardScale: 0.3,
  bufferSize: 5e5,
  batchSize: 512,
  gradientSteps: 2,
  learningRate: { start: 1e-3, end: 2e-5 },
  explorationFinalEps: 0.02
};
var DQN_WEIGHTS = { actions: 0.1, unneeded: 0.5, harmful: 1 };
var TASK_PRESETS = {
  scale: {
    arms: SCALE_ARMS,
    algorithms: {
      ppo: {
        steps: 2e6,
        env: { spec: "scale/36", ...SCALE_EPISODES },
        hyperparameters: VECTORISED_PPO
      },
      dqn: {
        steps: 1e6,
        env: { spec: "scale/36", ...SCALE_EPISODES },
        hyperparameters: SCALE_DQN
      },
      hybrid: {
        steps: 5e5,
        env: { spec: "scale/12", ...SCALE_EPISODES },
        hyperparameters: VECTORISED_HYBRID
      }
    }
  },
  // A decision every 5 s, so that the same time is discounted in more steps than in the other tasks.
  heal: {
    arms: HEAL_ARMS,
    algorithms: {
      ppo: {
        steps: 5e6,
        env: { spec: HEAL_RICH.name },
        hyperparameters: { ...VECTORISED_PPO, gamma: 0.983 }
      },
      dqn: {
        steps: 2e6,
        env: { spec: HEAL_RICH.name, weights: DQN_WEIGHTS },
        hyperparameters: HEAL_DQN
      },
      hybrid: {
        steps: 5e5,
        env: { spec: HEAL_RICH.name },
        hyperparameters: {
          dqn: HEAL_DQN,
          segmentSteps: 5e3,
          rewardWeights: {
            violations: { initial: 1, min: 0.5, max: 2 },
            outage: { initial: 0.3, min: 0.1, max: 1 },
            actions: { initial: 0.03, min: 0.01, max: 0.2 },
            replicas: { initial: 0.015, min: 5e-3, max: 0.05 },
            harmful: { initial: 0.5, min: 0.1, max: 1 },
            unneeded: { initial: 0.2, min: 0.05, max: 0.5 }
          }
        }
      }
    }
  },
  canary: {
    arms: CANARY_ARMS,
    algorithms: {
      ppo: { steps: 2e6, env: {}, hyperparameters: { ...VECTORISED_PPO, gamma: 0.99 } },
      dqn: { steps: 1e6, env: {}, hyperparameters: { ...VECTORISED_DQN, gamma: 0.99 } },
      hybrid: {
        steps: 5e5,
        env: {},
        hyperparameters: {
          ...VECTORISED_HYBRID,
          rewardWeights: {
            progress: { initial: 0.5, min: 0.1, max: 1 },
            time: { initial: 5e-3, min: 1e-3, max: 0.02 },
            exposure: { initial: 2, min: 0.5, max: 5 },
            verdict: { initial: 1, min: 0.5, max: 2 },
            falsePromotion: { initial: 5, min: 2, max: 10 },
            falseRollback: { initial: 5, min: 2, max: 10 },
            undecided: { initial: 2, min: 0.5, max: 5 }
          }
        }
      }
    }
  }
};

// agent/training/resolveTraining.ts
function resolveTraining(config2) {
  const { task, algo: algorithm, engine, seed } = config2;
  const preset = TASK_PRESETS[task];
  const totalSteps = config2.steps ?? preset.algorithms[algorithm].steps;
  return {
    task,
    algorithm,
    env: envOf(config2),
    engine,
    seed,
    totalSteps,
    hyperparameters: completeHyperparameters(algorithm, givenHyperparameters(config2)),
    evaluateEvery: config2.evaluateEvery ?? Math.ceil(totalSteps / 20),
    checkpointEvery: config2.checkpointEvery ?? Math.ceil(totalSteps / 10),
    checkpointReplay: config2.checkpointReplay,
    evaluationEpisodes: config2.evaluation.episodes,
    arms: preset.arms
  };
}
function envOf({ task, algo, env }) {
  return { name: task, options: { ...TASK_PRESETS[task].algorithms[algo].env, ...env } };
}
function givenHyperparameters(config2) {
  const { task, algo, hyperparameters } = config2;
  const preset = TASK_PRESETS[task].algorithms[algo].hyperparameters;
  const given = [envsOf(config2), hyperparameters].reduce(over, preset);
  return "batchSize" in hyperparameters ? given : withFittingBatch(given);
}
function withFittingBatch(given) {
  const { batchSize, nSteps, nEnvs } = given;
  const isPpo = typeof batchSize === "number" && typeof nSteps === "number" && typeof nEnvs === "number";
  return isPpo && nSteps * nEnvs >= 1 ? { ...given, batchSize: Math.min(batchSize, nSteps * nEnvs) } : given;
}
function over(preset, given) {
  const merged = Object.entries(given).map(([key, value]) => {
    const before = preset[key];
    const isNested = NESTED.has(key) && isSettings(before) && isSettings(value);
    return [key, isNested ? { ...before, ...value } : value];
  });
  return { ...preset, ...Object.fromEntries(merged) };
}
var NESTED = /* @__PURE__ */ new Set(["dqn", "ppo", "rewardWeights"]);
function isSettings(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
function envsOf({ algo, envs }) {
  if (envs === void 0) return {};
  return algo === "hybrid" ? { dqn: { nEnvs: envs } } : { nEnvs: envs };
}

// agent/training/runFolder.ts
var import_node_fs8 = require("node:fs");
var import_node_path8 = require("node:path");

// agent/journal/exclusiveLock.ts
var import_node_fs7 = require("node:fs");
var import_node_path7 = require("node:path");
var import_node_sqlite = require("node:sqlite");

// agent/journal/privateFile.ts
var import_node_fs6 = require("node:fs");
function createPrivately(path) {
  if (!(0, import_node_fs6.existsSync)(path)) (0, import_node_fs6.closeSync)((0, import_node_fs6.openSync)(path, "a", 384));
}

// agent/journal/sqliteErrors.ts
var SQLITE_BUSY = 5;
function isBusy(error2) {
  return primaryCode(error2) === SQLITE_BUSY;
}
function primaryCode(error2) {
  if (!(error2 instanceof Error) || !("errcode" in error2)) return null;
  return typeof error2.errcode === "number" ? error2.errcode & 255 : null;
}

// agent/journal/exclusiveLock.ts
var held = /* @__PURE__ */ new Set();
function holdExclusively(directory, {
  pidFile,
  timeoutMs,
  lockedError
}) {
  const pidPath = (0, import_node_path7.join)(directory, pidFile);
  const lockPath = (0, import_node_path7.join)(directory, "lock.db");
  createPrivately(lockPath);
  const database = new import_node_sqlite.DatabaseSync(lockPath, { timeout: timeoutMs });
  try {
    database.exec("BEGIN EXCLUSIVE");
    (0, import_node_fs7.writeFileSync)(pidPath, `${process.pid}
`, { mode: 384 });
  } catch (error2) {
    database.close();
    throw isBusy(error2) ? lockedError(readPid(pidPath)) : error2;
  }
  held.add(database);
  return {
    release: () => {
      held.delete(database);
      database.close();
    }
  };
}
function readPid(path) {
  try {
    return (0, import_node_fs7.readFileSync)(path, "utf8").trim();
  } catch {
    return "unknown";
  }
}

// agent/training/runFolder.ts
function createRunFolder(path, config2) {
  (0, import_node_fs8.mkdirSync)(path, { recursive: true, mode: 448 });
  const lock = lockRun(path);
  try {
    const files = filesOf(path);
    if ((0, import_node_fs8.existsSync)(files.config)) throw usedError(path);
    const text2 = `${JSON.stringify(config2, null, 2)}
`;
    writeAtomically(files.config, [Buffer.from(text2)]);
    return { path, files, config: JSON.parse(text2), release: lock.release };
  } catch (error2) {
    lock.release();
    throw error2;
  }
}
function openRunFolder(path) {
  const files = filesOf(path);
  if (!(0, import_node_fs8.existsSync)(files.config)) throw absentError(path);
  const lock = lockRun(path);
  try {
    return { path, files, config: readConfig(files.config), release: lock.release };
  } catch (error2) {
    lock.release();
    throw error2;
  }
}
function filesOf(path) {
  return {
    config: (0, import_node_path8.join)(path, "config.json"),
    metrics: (0, import_node_path8.join)(path, "metrics.jsonl"),
    checkpoint: (0, import_node_path8.join)(path, "checkpoint.bin"),
    bestPolicy: (0, import_node_path8.join)(path, "best.onnx"),
    result: (0, import_node_path8.join)(path, "result.json"),
    tensorboard: (0, import_node_path8.join)(path, "tensorboard"),
    wandb: (0, import_node_path8.join)(path, "wandb")
  };
}
function lockRun(path) {
  return holdExclusively(path, {
    pidFile: "training.pid",
    timeoutMs: 0,
    lockedError: (pid) => new CoxswainError(
      "training-locked",
      `Another training runs in ${path} (pid ${pid}).`,
      "Wait for it, end it, or choose another folder."
    )
  });
}
function readConfig(path) {
  try {
    return JSON.parse((0, import_node_fs8.readFileSync)(path, "utf8"));
  } catch (error2) {
    if (fileErrorCode(error2) !== null) throw error2;
    throw new CoxswainError(
      "config-invalid",
      `${path} is damaged: it is no JSON.`,
      "Restore it from a copy, or begin a new training in another folder.",
      { cause: error2 }
    );
  }
}
function usedError(path) {
  return new CoxswainError(
    "usage",
    `${path} holds a training already.`,
    "Choose another folder, or resume that training."
  );
}
function absentError(path) {
  return new CoxswainError(
    "not-found",
    `No training was begun in ${path}: it has no config.json.`,
    "Name the folder of a training, as it printed it when it began."
  );
}

// agent/training/trainConfig.ts
var count2 = (min, max) => number2().int().min(min).max(max);
var TrainConfig = strictObject({
  task: TaskName.describe("What to learn."),
  algo: Algorithm.default("ppo").describe("How to learn it."),
  steps: count2(1e3, 1e9).optional().describe("Env steps in all; the preset\u2019s where absent."),
  seed: count2(0, 2 ** 31 - 1).default(1).describe("The same seed gives the same policy, bit by bit."),
  envs: count2(1, 4096).optional().describe("Envs that step together; the preset\u2019s where absent."),
  workers: count2(0, 64).default(0).describe(
    "Threads that collect for PPO; 0 collects on the main thread. The result does not depend on it."
  ),
  engine: _enum(ENGINE_NAMES).default("wasm").describe("What computes the networks."),
  env: record(string2(), unknown()).default({}).describe("Options of the env, over those of the preset; `coxswain env list` names them."),
  hyperparameters: record(string2(), unknown()).default({}).describe("Of the algorithm, under Stable-Baselines3\u2019s names in camelCase, over those of the preset."),
  evaluateEvery: count2(1e3, 1e9).optional().describe(
    "Env steps between two looks at which policy is the best so far; a twentieth of `steps` where absent."
  ),
  checkpointEvery: count2(1e3, 1e9).optional().describe("Env steps between two checkpoints; a tenth of `steps` where absent."),
  checkpointReplay: boolean2().default(false).describe("Whether DQN\u2019s checkpoints hold the replay buffer, so that they resume bit-identically."),
  evaluation: strictObject({
    episodes: count2(1, 1e4).default(100).describe("Held-out episodes that each policy and baseline plays.")
  }).prefault({}).describe("The comparison with the task\u2019s baselines at the end."),
  logs: strictObject({
    tensorboard: boolean2().default(true).describe("Write TensorBoard event files."),
    wandb: boolean2().default(false).describe("Log to Weights & Biases, or to a local run folder without a key.")
  }).prefault({}).describe("Logs besides metrics.jsonl."),
  fineTune: strictObject({
    from: string2().describe("A version of the task\u2019s policy, or a path of a policy file."),
    freeze: array(string2()).default([]).describe("Layers that stay as they are, for example `trunk.0`.")
  }).optional().describe("Begin with a policy that has learned before.")
});

// agent/training/trainer.ts
var import_promises3 = require("node:timers/promises");

// agent/evaluate/evaluation.ts
var import_promises2 = require("node:timers/promises");

// agent/evaluate/statistics.ts
var RESAMPLES = 2e3;
var TAIL = 0.025;
function interquartileInterval(strata, seed) {
  const mean2 = interquartileMean(strata.flat());
  const random = new Random(seed);
  const resamples = Float64Array.from(
    { length: RESAMPLES },
    () => interquartileMean(strata.flatMap((runs) => runs.map(() => runs[random.below(runs.length)])))
  ).sort();
  return { mean: mean2, low: quantile(resamples, TAIL), high: quantile(resamples, 1 - TAIL) };
}
function interquartileMean(values) {
  if (values.length === 0) throw new RangeError("the interquartile mean of nothing");
  const sorted = Float64Array.from(values).sort();
  const cut = Math.floor(sorted.length / 4);
  const middle = sorted.subarray(cut, sorted.length - cut);
  return middle.reduce((sum2, value) => sum2 + value, 0) / middle.length;
}
function quantile(sorted, share6) {
  const position = share6 * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below];
  const high = sorted[Math.min(below + 1, sorted.length - 1)];
  return low + (high - low) * (position - below);
}

// agent/evaluate/evaluation.ts
var BOOTSTRAP_SEED = 1;
async function evaluateArms(options) {
  const { arms, seeds, onProgress, signal } = options;
  const env = options.createEnv();
  const results = [];
  for (const arm of arms) {
    const episodes = [];
    for (const seed of seeds) {
      signal?.throwIfAborted();
      episodes.push(playEpisode(env, arm, seed));
      onProgress?.(results.length * seeds.length + episodes.length, arms.length * seeds.length);
      await (0, import_promises2.setImmediate)();
    }
    results.push(summariseArm(arm.name, episodes));
  }
  return results;
}
function playEpisode(env, arm, seed) {
  env.reset(seed);
  const step = arm.begin(env, new Random(seed));
  const judged = hasRewardTerms(env) ? env : null;
  let sum2 = 0;
  let length = 0;
  let objective = 0;
  for (; ; ) {
    const { reward, terminated, truncated } = step();
    sum2 += reward;
    length += 1;
    if (judged) objective += judged.objective;
    if (terminated || truncated) {
      return { seed, return: sum2, length, objective: judged && objective, info: env.info() };
    }
  }
}
function heldOutSeeds(count3, skip = 0) {
  return Array.from({ length: count3 }, (_, index) => FIRST_HELD_OUT_SEED + skip + index);
}
function summaryOf([ours, ...baselines]) {
  if (!ours) return null;
  return {
    episodes: ours.episodes.length,
    score: ours.score,
    baselines: baselines.map(({ name, score }) => ({ name, ...score }))
  };
}
function summariseArm(name, episodes) {
  const score = interquartileInterval([episodes.map((episode) => episode.return)], BOOTSTRAP_SEED);
  return { name, episodes, score, info: meanInfo(episodes) };
}
function meanInfo(episodes) {
  const names = new Set(episodes.flatMap(({ info }) => Object.keys(info)));
  return Object.fromEntries(
    [...names].map((name) => {
      const values = episodes.flatMap(({ info }) => info[name] ?? []);
      return [name, values.reduce((sum2, value) => sum2 + value, 0) / values.length];
    })
  );
}

// agent/training/episodeMetrics.ts
var EpisodeMetrics = class {
  #episodes = [];
  add(episodes) {
    for (const episode of episodes) this.#episodes.push(episode);
  }
  /** Means by the names of logs/metricNames; empty where no episode has ended. What was gathered is forgotten. */
  take() {
    const episodes = this.#episodes;
    this.#episodes = [];
    if (episodes.length === 0) return {};
    const metrics = {
      "rollout/ep_rew_mean": mean(episodes.map((episode) => episode.return)),
      "rollout/ep_len_mean": mean(episodes.map((episode) => episode.length))
    };
    const names = new Set(episodes.flatMap(({ info }) => Object.keys(info)));
    for (const name of names) {
      const logged = name === "success" ? "rollout/success_rate" : `env/${snakeCase(name)}`;
      metrics[logged] = mean(episodes.flatMap(({ info }) => info[name] ?? []));
    }
    return metrics;
  }
};
function snakeCase(name) {
  return name.replace(/(?<=[a-z])\d|[A-Z]/g, (first) => `_${first.toLowerCase()}`);
}
function mean(values) {
  return values.reduce((sum2, value) => sum2 + value, 0) / values.length;
}

// agent/training/trainer.ts
var CURVE_POINTS = 400;
var PROVENANCE_POINTS = 200;
var VALIDATION_EPISODES = 20;
var VALIDATION_SKIP = 1e6;
var EVALUATION_TELLINGS = 100;
var Trainer = class {
  #options;
  #episodes = new EpisodeMetrics();
  #seeds;
  #curve = [];
  /** Of the best policy so far, which is in the store. */
  #bestScore = null;
  /** Of earlier processes. */
  #secondsBefore = 0;
  #startedMs = 0;
  #startedSteps = 0;
  /** Of the last point of the curve, and of the last checkpoint. */
  #toldSteps = 0;
  #savedSteps = 0;
  #metrics = {};
  constructor(options) {
    this.#options = options;
    this.#seeds = heldOutSeeds(VALIDATION_EPISODES, VALIDATION_SKIP);
  }
  /** Goes on from a checkpoint. @throws CoxswainError `checkpoint-invalid` */
  async restore(state) {
    const { values, parts } = splitState(state);
    const saved = Saved7.safeParse(values);
    if (!saved.success) throw invalidState("it is not the state of a training");
    await this.#options.learner.restore(requirePart(parts, "learner"));
    this.#curve = saved.data.curve;
    this.#bestScore = saved.data.bestScore;
    this.#secondsBefore = saved.data.seconds;
  }
  /** @throws CoxswainError `training-failed`, `disk-full`; what was kept so far stays */
  async run() {
    const { learner, training, signal, nowMs } = this.#options;
    this.#startedMs = nowMs();
    this.#startedSteps = this.#toldSteps = this.#savedSteps = learner.steps;
    while (learner.steps < training.totalSteps && !signal.aborted) {
      const before = learner.steps;
      const iteration = await this.#orFailed(() => learner.iterate());
      this.#episodes.add(iteration.episodes);
      Object.assign(this.#metrics, iteration.metrics);
      await (0, import_promises3.setImmediate)();
      const passes = (interval) => Math.floor(before / interval) < Math.floor(learner.steps / interval);
      const isDone = learner.steps >= training.totalSteps;
      if (isDone || passes(training.evaluateEvery)) await this.#orFailed(() => this.#validate());
      if (isDone || passes(Math.ceil(training.totalSteps / CURVE_POINTS))) this.#tell();
      if (isDone || passes(training.checkpointEvery)) await this.#checkpoint();
    }
    if (signal.aborted) await this.#keepAll();
    return this.#finish();
  }
  async #orFailed(work) {
    try {
      return await work();
    } catch (error2) {
      if (error2 instanceof CoxswainError) throw error2;
      throw failedError(error2, this.#options.learner.steps);
    }
  }
  /** Keeps the policy where it is the best so far on the validation episodes. */
  async #validate() {
    const { learner, store } = this.#options;
    const policy = this.#policyModel();
    const results = await this.#play(policy, this.#seeds, []);
    const metrics = results.map(validationMetrics)[0] ?? {};
    Object.assign(this.#metrics, metrics);
    const score = metrics["eval/mean_reward"] ?? Number.NaN;
    if (!Number.isFinite(score)) {
      throw new NumericError(`step ${learner.steps}: the mean return of the validation episodes`, score);
    }
    if (this.#bestScore !== null && score <= this.#bestScore) return;
    this.#bestScore = score;
    store.writeBest(policy);
    this.#metrics["eval/best_steps"] = learner.steps;
  }
  /**
   * Of a training that was cancelled, also what would have been kept later. Where there is no best policy yet, the one
   * that there is is better than none; it has no score, so that a training that goes on from here finds the same best
   * policy as one that was not cancelled.
   */
  async #keepAll() {
    const { learner, store } = this.#options;
    if (this.#bestScore === null && learner.steps > 0) store.writeBest(this.#policyModel());
    if (this.#toldSteps < learner.steps) this.#tell();
    if (this.#savedSteps < learner.steps) await this.#checkpoint();
  }
  #tell() {
    const { learner, training, store, onEvent, nowMs } = this.#options;
    const seconds = this.#secondsBefore + (nowMs() - this.#startedMs) / 1e3;
    const stepsPerSecond = (learner.steps - this.#startedSteps) / Math.max(1e-3, seconds - this.#secondsBefore);
    const episodes = this.#episodes.take();
    const metrics = { ...episodes, ...this.#metrics, "time/fps": stepsPerSecond };
    this.#metrics = {};
    this.#toldSteps = learner.steps;
    const meanReturn = episodes["rollout/ep_rew_mean"];
    if (meanReturn !== void 0) this.#curve.push({ steps: learner.steps, return: meanReturn });
    const point = { steps: learner.steps, seconds, metrics };
    store.log(point);
    const left = Math.max(0, training.totalSteps - learner.steps);
    onEvent({
      kind: "progress",
      point,
      stepsPerSecond,
      etaSeconds: stepsPerSecond > 0 ? left / stepsPerSecond : null
    });
  }
  async #checkpoint() {
    const { learner, training, store, nowMs } = this.#options;
    const learnerState = await learner.save({ replay: training.checkpointReplay });
    const values = {
      curve: this.#curve,
      bestScore: this.#bestScore,
      seconds: this.#secondsBefore + (nowMs() - this.#startedMs) / 1e3
    };
    store.writeCheckpoint(joinStates(values, { learner: learnerState }));
    this.#savedSteps = learner.steps;
  }
  /** The best policy, compared with the baselines unless it was cancelled. */
  async #finish() {
    const { store, training, signal, onEvent } = this.#options;
    const best = store.readBest();
    if (signal.aborted || !best) return { policy: best, evaluation: [], cancelled: signal.aborted };
    const seeds = heldOutSeeds(training.evaluationEpisodes);
    try {
      const evaluation = await this.#play(best, seeds, training.arms, (done, total) => {
        const tellings = (count3) => Math.floor(EVALUATION_TELLINGS * count3 / total);
        if (tellings(done) > tellings(done - 1)) onEvent({ kind: "evaluating", done, total });
      });
      const curve = thinned(this.#curve, PROVENANCE_POINTS);
      const provenance = { ...best.provenance, curve, evaluation: summaryOf(evaluation) };
      return { policy: { ...best, provenance }, evaluation, cancelled: false };
    } catch (error2) {
      if (!signal.aborted) throw error2;
      return { policy: best, evaluation: [], cancelled: true };
    }
  }
  async #play(policy, seeds, baselines, onProgress) {
    const actor = createActor(policy, createEngine("wasm"));
    try {
      return await evaluateArms({
        createEnv: () => createEnv(this.#options.training.env),
        arms: [policyArm(this.#options.training.algorithm, actor), ...baselines],
        seeds,
        ...onProgress ? { onProgress, signal: this.#options.signal } : {}
      });
    } finally {
      actor.dispose();
    }
  }
  /** The policy as it is now. */
  #policyModel() {
    const { training, learner, provenance, nowMs } = this.#options;
    return {
      ...learner.policy(),
      provenance: {
        ...provenance,
        algorithm: training.algorithm,
        env: training.env,
        seed: training.seed,
        steps: learner.steps,
        hyperparameters: training.hyperparameters,
        createdAtMs: nowMs(),
        curve: thinned(this.#curve, PROVENANCE_POINTS),
        evaluation: null
      }
    };
  }
};
var Saved7 = object({
  curve: array(object({ steps: number2(), return: number2() })),
  bestScore: number2().nullable(),
  seconds: number2()
});
function failedError(error2, steps) {
  const what = error2 instanceof Error ? error2.message : String(error2);
  const isNumeric = error2 instanceof NumericError;
  return new CoxswainError(
    "training-failed",
    isNumeric ? `Training stopped: ${what}.` : `Training stopped after ${steps} steps: ${what}`,
    isNumeric ? "Lower learningRate or maxGradNorm, or look at the env where an observation or a reward is named. The last checkpoint and the best policy are intact." : "Look at the env where one is named; `coxswain env check` may tell more. The last checkpoint and the best policy are intact.",
    { cause: error2 }
  );
}
function validationMetrics({ episodes, info }) {
  const sum2 = (values) => values.reduce((total, value) => total + value, 0);
  const metrics = {};
  for (const [name, value] of Object.entries(info)) metrics[`eval/${snakeCase(name)}`] = value;
  metrics["eval/mean_reward"] = sum2(episodes.map((episode) => episode.return)) / episodes.length;
  const objectives = episodes.flatMap(({ objective }) => objective ?? []);
  if (objectives.length > 0) {
    metrics["eval/objective"] = sum2(objectives) / sum2(episodes.map(({ length }) => length));
  }
  return metrics;
}
function thinned(values, most2) {
  const step = Math.max(1, Math.ceil(values.length / most2));
  return values.filter((_, index) => (values.length - 1 - index) % step === 0);
}

// agent/training/runTraining.ts
async function runTraining(request) {
  const { begin } = request;
  return begin.kind === "new" ? beginIn(begin.folder, begin.config, request) : goOnIn(begin.folder, request);
}
async function beginIn(path, config2, request) {
  const prepared = await prepare(config2, request);
  try {
    const folder = makeRunFolder(path, config2);
    try {
      return await trainIn(folder, prepared, null, request);
    } finally {
      folder.release();
    }
  } finally {
    await prepared.learner.close();
  }
}
async function goOnIn(path, request) {
  const folder = openRunFolder(path);
  try {
    refuseFinished(folder);
    const prepared = await prepare(storedConfig(folder), request);
    try {
      return await trainIn(folder, prepared, lastCheckpoint(folder), request);
    } finally {
      await prepared.learner.close();
    }
  } finally {
    folder.release();
  }
}
async function prepare(config2, { store, workerFile }) {
  const training = resolveTraining(config2);
  const from = fineTuneFrom(config2, store);
  const fineTune = from && { policy: from.policy, freeze: config2.fineTune?.freeze ?? [] };
  const learner = await createLearner({ ...training, fineTune }, { workers: config2.workers, workerFile });
  return { config: config2, training, learner, parent: from?.name ?? null };
}
async function trainIn(folder, { config: config2, training, learner, parent }, checkpoint, request) {
  const { begin, store, codeVersion, nowMs, onEvent, note, signal } = request;
  const later = { log: () => void 0 };
  const files = filesOf2(folder, (point) => later.log(point));
  const provenance = { codeVersion, parent };
  const trainer = new Trainer({ training, learner, store: files, provenance, nowMs, onEvent, signal });
  if (checkpoint) await trainer.restore(checkpoint);
  const resumeAt = begin.kind === "resume" ? learner.steps : null;
  const logs = openLogs(folder, config2, training, { resumeAt, nowMs, note });
  try {
    later.log = (point) => logs.write(point);
    const { task, algorithm, totalSteps, seed } = training;
    onEvent({ kind: "started", task, algorithm, totalSteps, seed, folder: folder.path });
    const result = await trainer.run();
    const version2 = result.policy ? store.add(task, result.policy) : null;
    if (version2 !== null && !result.cancelled) noteFinished(folder, { task, version: version2 });
    return { training, folder: folder.path, version: version2, ...result };
  } finally {
    await logs.close();
  }
}
function filesOf2({ files }, log) {
  let best;
  return {
    log,
    writeCheckpoint: (state) => writeCheckpoint(files.checkpoint, state),
    writeBest: (policy) => {
      writePolicyFile(files.bestPolicy, policy);
      best = policy;
    },
    readBest: () => {
      best ??= readOrNull(files.bestPolicy);
      return best;
    }
  };
}
function makeRunFolder(path, config2) {
  try {
    return createRunFolder(path, config2);
  } catch (error2) {
    if (error2 instanceof CoxswainError || fileErrorCode(error2) === null) throw error2;
    throw new CoxswainError(
      "usage",
      `There can be no run folder at ${path}: ${error2.message}`,
      "Choose another folder with --out, or another state directory.",
      { cause: error2 }
    );
  }
}
function lastCheckpoint({ files }) {
  return (0, import_node_fs9.existsSync)(files.checkpoint) ? readCheckpoint(files.checkpoint) : null;
}
function refuseFinished({ path, files }) {
  if (!(0, import_node_fs9.existsSync)(files.result)) return;
  const { task, version: version2 } = FinishedTraining.parse(JSON.parse((0, import_node_fs9.readFileSync)(files.result, "utf8")));
  throw new CoxswainError(
    "usage",
    `The training in ${path} is finished; its policy is ${task}/${version2}.`,
    `Begin another one, from that policy with --fine-tune ${version2}.`
  );
}
function noteFinished({ files }, finished) {
  writeAtomically(files.result, [Buffer.from(`${JSON.stringify(finished)}
`)]);
}
var FinishedTraining = object({ task: string2(), version: number2().int() });
function readOrNull(path) {
  try {
    return readPolicyFile(path);
  } catch (error2) {
    if (error2 instanceof CoxswainError && error2.code === "not-found") return null;
    throw error2;
  }
}
function fineTuneFrom(config2, store) {
  if (!config2.fineTune) return null;
  const { from } = config2.fineTune;
  if (!/^\d+$/.test(from)) return { policy: readPolicyFile(from), name: from };
  return { policy: store.load(config2.task, Number(from)), name: `${config2.task}/${from}` };
}
function storedConfig({ config: config2, path }) {
  const parsed = TrainConfig.safeParse(config2);
  if (parsed.success) return parsed.data;
  throw new CoxswainError(
    "config-invalid",
    `${(0, import_node_path9.join)(path, "config.json")} is not the config of a training of this version.`,
    "Begin a new training in another folder."
  );
}
// Annotate the CommonJS export names for ESM import in node:
0 && (module.exports = {
  FIRST_HELD_OUT_SEED,
  TUNED_PRICES,
  TrainConfig,
  costAt,
  createActor,
  createEngine,
  createScaleEnv,
  decodePolicy,
  defaultHpa,
  encodePolicy,
  runScaleBaseline,
  runTraining,
  tuneBaselines,
  tunedClairvoyant,
  tunedHpa,
  tunedPredictive,
  tunedQuantile
});
